import FarmMPI
import Foundation

/// What cannot be is refused, with words, before MPI sees it; the communicator stays good.
@Sendable func refused(_ ranks: Ranks) async throws {
    try await ranks.attempt { all in
        var room = [0.0]
        try await fails(.badArgument, saying: "there is no rank \(all.size) among \(all.size)") {
            try all.send([1.0], to: all.size)
        }
        try await fails(.badArgument, saying: "tag -1") { try all.send([1.0], to: 0, tag: -1) }
        try await fails(.badArgument, saying: "there is no rank -2") {
            try all.receive(into: &room, from: -2)
        }
        try await fails(.badArgument, saying: "gave no values") {
            _ = try all.scatter([Double]?.none, from: 1)
        }
        try await fails(.badArgument, saying: "no value that can be sent") {
            _ = try all.broadcast(value: Int?.none, from: 0)
        }
        try await fails(.badArgument, saying: "all-to-all: 1 arrays") { _ = try all.allToAll([[1]]) }
        let many = UnsafeBufferPointer(start: UnsafePointer<UInt8>(bitPattern: 16), count: 3 << 30)
        try await fails(.tooLarge, saying: "send of 3221225472 elements") { try all.send(many, to: 0) }
        try equal(try all.allReduce(1, .sum), all.size)
    }
    // A message that is longer than its room is an error where it is received.
    guard ranks.rank < 2 else { return }
    let attempt = Task {
        try await ranks.attempt(1, on: [0, 1]) { all in
            if all.rank == 0 { return try all.send([1.0, 2.0, 3.0], to: 1) }
            var one = [0.0]
            try all.receive(into: &one)
        }
    }
    if ranks.rank == 1 { return try await fails(.tooLong) { try await attempt.value } }
    // The other one waits at the end, until it is told.
    try await Task.sleep(for: .milliseconds(30))
    attempt.cancel()
    try await fails(.cancelled, saying: "parting") { try await attempt.value }
}

/// What is sent and not received is an error on the rank that should have, and its peers end well.
@Sendable func unreceived(_ ranks: Ranks) async throws {
    let send = { @Sendable (all: Communicator) async throws in
        if all.rank == 0 { for _ in 0..<2 { try all.send([1.0, 2.0], to: 1, tag: 42) } }
    }
    if ranks.rank == 1 {
        try await fails(
            .unreceived,
            saying: "2 messages were left unreceived by rank 1 (the first from rank 0, tag 42, 16 bytes)"
        ) { try await ranks.attempt(0, send) }
    } else {
        try await ranks.attempt(0, send)
    }
    // The next attempt has another communicator, and sees nothing of it.
    try await ranks.attempt(1) { all in
        try all.barrier()
        try equal(try all.allReduce(1, .sum), all.size)
    }
}

/// A rank that throws does not hang its peers: told to stop, they leave what they are in. Then the ranks
/// work together again.
@Sendable func stopped(_ ranks: Ranks) async throws {
    let operations: [@Sendable (Communicator) throws -> Void] = [
        { try $0.barrier() },
        {
            var values = [Double](repeating: 1, count: 100_000); try $0.allReduce(&values, .sum)
        },
        {
            var values = [1.0]; try $0.receive(into: &values, from: 0)
        },
        { _ = try $0.receive(Double.self, from: 0) },
        { _ = try $0.probe(Double.self, from: 0) },
        { _ = try $0.allGather([$0.rank]) },
        { _ = try $0.split(color: 0) },
        {
            var values = [1.0]; try $0.exchange([1.0], to: 0, into: &values, from: 0)
        },
        // Nobody receives it, and it is too long to be sent before somebody does.
        { try $0.send([Double](repeating: 1, count: 1_000_000), to: 0) },
    ]
    for (index, operation) in operations.enumerated() {
        let begun = Date()
        let attempt = Task {
            try await ranks.attempt(index) { all in
                guard all.rank > 0 else { throw Broken(description: "on purpose") }
                try operation(all)
            }
        }
        if ranks.rank == 0 {
            do {
                try await attempt.value
                throw Broken(description: "rank 0 did not fail")
            } catch let error as Broken { try equal(error.description, "on purpose") }
        } else {
            // As the controller's word would come: some time after it has begun to wait.
            try await Task.sleep(for: .milliseconds(30))
            attempt.cancel()
            try await fails(.cancelled, saying: "told to stop in") { try await attempt.value }
            guard Date().timeIntervalSince(begun) < 20 else { throw Broken(description: "it took too long") }
        }
    }
    try await ranks.attempt(1_000) { all in try equal(try all.allReduce(1, .sum), all.size) }
}

/// Ranks whose peers never come leave when they are told to, and meet later.
@Sendable func alone(_ ranks: Ranks) async throws {
    if ranks.rank > 0 {
        let attempt = Task { try await ranks.attempt(0) { try $0.barrier() } }
        try await Task.sleep(for: .milliseconds(30))
        attempt.cancel()
        try await fails(.cancelled, saying: "before all of the \(ranks.size) ranks") {
            try await attempt.value
        }
    }
    for index in 1...3 {
        try await ranks.attempt(index) { all in try equal(try all.allReduce(1, .sum), all.size) }
    }
}

/// Operations that were left do not gather without end, and what they hold is let go.
@Sendable func leftovers(_ ranks: Ranks) async throws {
    for index in 0..<20 {
        let attempt = Task {
            try await ranks.attempt(index) { all in
                guard all.rank > 0 else { throw Broken(description: "on purpose") }
                // Nobody receives it.
                try all.send([Double](repeating: 1, count: 200_000), to: 0)
            }
        }
        if ranks.rank > 0 {
            try await Task.sleep(for: .milliseconds(5))
            attempt.cancel()
        }
        _ = await attempt.result
    }
    try equal(ranks.world.isWorn, false)
    try await ranks.attempt(1_000) { all in try equal(try all.allReduce(1, .sum), all.size) }
}
