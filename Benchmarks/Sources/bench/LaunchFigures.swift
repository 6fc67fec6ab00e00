import Foundation

/// How long `tasks cluster start -n 8` takes until all eight engines are in the roster.
struct LaunchFigures {
    private static let engines = 8
    private static let limitSeconds = 1.0

    private let rounds: Int
    private let tasks: String

    init(_ arguments: [String]) throws {
        guard arguments.count == 2, let rounds = Int(arguments[0]), rounds > 0 else {
            throw BenchError("usage: bench launch ROUNDS TASKS")
        }
        (self.rounds, tasks) = (rounds, arguments[1])
    }

    func run() throws {
        var times: [Double] = []
        for _ in 0..<rounds { times.append(try once()) }
        print(
            String(
                format: "launch: %d local engines are up in %.2f s, at worst %.2f (at most %.1f)",
                Self.engines, median(times), times.max() ?? 0, Self.limitSeconds))
        guard median(times) <= Self.limitSeconds else { throw BenchError.floorMissed }
    }

    /// A cluster in a profile of its own, from the command to its end, at which all of them are attached.
    private func once() throws -> Double {
        let home = NSTemporaryDirectory() + "bench-launch-\(getpid())-\(Int.random(in: 0..<1_000_000))"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let environment = ["TASKS_HOME": home]
        defer {
            _ = try? Child(tasks, ["cluster", "stop", "--now"], environment: environment, quiet: true)
                .finish()
            try? FileManager.default.removeItem(atPath: home)
        }
        let start = seconds()
        _ = try Child(
            tasks, ["cluster", "start", "-n", "\(Self.engines)", "--slots", "1"], environment: environment
        ).finish()
        let took = seconds() - start
        let list = try Child(tasks, ["engine", "list", "-o", "jsonl"], environment: environment).finish()
        let attached = list.split(separator: "\n").count { $0.contains("\"attached\"") }
        guard attached == Self.engines else {
            throw BenchError("\(attached) of \(Self.engines) engines are attached when the command has ended")
        }
        return took
    }
}
