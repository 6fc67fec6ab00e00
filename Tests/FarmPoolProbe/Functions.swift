import FarmMPI
import Foundation
import Glibc

/// Gathers the ranks' numbers in the pool, as each knows its own.
struct Who: CollectiveFunction {
    static let name = "who"
    func run(_ input: Nothing, _ ranks: Communicator, _ context: TaskContext) async throws -> [Int] {
        context.log("rank \(ranks.rank) of \(ranks.size)")
        return try ranks.allGather([context.poolRanks[context.rank]])
    }
}

/// All-reduces so many numbers.
struct Sum: CollectiveFunction {
    static let name = "sum"
    func run(_ count: Int, _ ranks: Communicator, _ context: TaskContext) async throws -> Double {
        var values = [Double](repeating: 1, count: count)
        try ranks.allReduce(&values, .sum)
        return values.last ?? 0
    }
}

/// The rank named throws, while the others wait for it in an all-reduce.
struct FailOn: CollectiveFunction {
    struct Trouble: Error, CustomStringConvertible { var description: String }
    static let name = "fail-on"
    func run(_ rank: Int, _ ranks: Communicator, _ context: TaskContext) async throws -> Double {
        if ranks.rank == rank { throw Trouble(description: "rank \(rank) has had enough") }
        return try ranks.allReduce(1.0, .sum)
    }
}

/// The rank named computes for ever and looks at nothing; the others wait for it.
struct StuckOn: CollectiveFunction {
    static let name = "stuck-on"
    func run(_ rank: Int, _ ranks: Communicator, _ context: TaskContext) async throws -> Double {
        if ranks.rank == rank {
            // It waits in MPI, in a way that cannot be left: nobody sends this.
            let room = UnsafeMutableBufferPointer<Double>.allocate(capacity: 200_000)
            room.initialize(repeating: 0)
            defer { room.deallocate() }
            try ranks.send(UnsafeBufferPointer(room), to: (rank + 1) % ranks.size)
        }
        return try ranks.allReduce(1.0, .sum)
    }
}

/// Rank 0 sends what nobody receives.
struct LeaveMessage: CollectiveFunction {
    static let name = "leave-message"
    func run(_ input: Nothing, _ ranks: Communicator, _ context: TaskContext) async throws -> Nothing {
        if ranks.rank == 0 { try ranks.send([1.0], to: ranks.size - 1, tag: 5) }
        return Nothing()
    }
}

/// The rank named is killed, once: where `path` is not there yet.
struct DieOn: CollectiveFunction {
    struct Order: Codable, Sendable {
        var rank: Int
        var path: String
    }
    static let name = "die-on"
    func run(_ order: Order, _ ranks: Communicator, _ context: TaskContext) async throws -> Double {
        if ranks.rank == order.rank, !FileManager.default.fileExists(atPath: order.path) {
            _ = FileManager.default.createFile(atPath: order.path, contents: nil)
            kill(getpid(), SIGKILL)
        }
        return try ranks.allReduce(1.0, .sum)
    }
}

/// Notes that it has begun, and ends well when the file `go` is there: each rank by itself.
struct Hold: CollectiveFunction {
    static let name = "hold"
    func run(_ directory: String, _ ranks: Communicator, _ context: TaskContext) async throws -> Int {
        let path = "\(directory)/begun.\(context.poolRanks[context.rank])"
        let handle = FileHandle(forWritingAtPath: path)
        if let handle {
            handle.seekToEndOfFile()
            handle.write(Data("\(getpid())\n".utf8))
            try handle.close()
        } else {
            _ = FileManager.default.createFile(atPath: path, contents: Data("\(getpid())\n".utf8))
        }
        while !FileManager.default.fileExists(atPath: directory + "/go") {
            try context.checkCancellation()
            usleep(5_000)
        }
        return try ranks.allReduce(1, .sum)
    }
}
