import FarmMPI

struct Body: Codable, Equatable {
    var name: String
    var masses: [Double]
}

/// Values of any type.
@Sendable func values(_ ranks: Ranks) async throws {
    try await ranks.attempt { all in
        let own = Body(name: "rank \(all.rank)", masses: [Double](repeating: 0.5, count: all.rank))
        let every = (0..<all.size).map {
            Body(name: "rank \($0)", masses: [Double](repeating: 0.5, count: $0))
        }
        if all.rank == 0 { try all.send(value: own, to: 1, tag: 3) }
        if all.rank == 1 {
            let (value, status) = try all.receive(value: Body.self)
            try equal(value, every[0])
            try equal(status.source, 0)
            try equal(status.tag, 3)
        }
        try equal(try all.broadcast(value: all.rank == 1 ? own : nil, from: 1), every[1])
        try equal(try all.gather(value: own), all.rank == 0 ? every : nil)
        try equal(try all.allGather(value: own), every)
        try equal(try all.broadcast(value: all.rank == 0 ? "text" : nil), "text")
    }
    // What is no value of the type says so.
    let attempt = Task {
        try await ranks.attempt(1) { all in
            if all.rank == 0 { try all.send(value: "text", to: 1) }
            if all.rank == 1 { _ = try all.receive(value: Int.self) }
        }
    }
    if ranks.rank == 1 { return try await fails(.badValue, saying: "receive: ") { try await attempt.value } }
    try await Task.sleep(for: .milliseconds(30))
    attempt.cancel()
    _ = await attempt.result
}

/// Ranks in groups, and groups in groups; ranks on grids.
@Sendable func split(_ ranks: Ranks) async throws {
    try await ranks.attempt { all in
        let (rank, size) = (all.rank, all.size)
        let half = try all.split(color: rank % 2, key: -rank)
        guard let half else { throw Broken(description: "no group") }
        // Numbered backwards.
        let members = (0..<size).filter { $0 % 2 == rank % 2 }.reversed().map { $0 }
        try equal(half.size, members.count)
        try equal(half.rank, members.firstIndex(of: rank))
        try equal(try half.allGather([rank]), members)
        // Messages in a group are counted as those of all.
        if half.size > 1 {
            let next = (half.rank + 1) % half.size
            var found = [0]
            try half.exchange([rank], to: next, into: &found, from: (half.rank + half.size - 1) % half.size)
            try equal(found[0], members[(half.rank + half.size - 1) % half.size])
        }
        let inner = try half.split(color: half.rank == 0 ? 0 : nil)
        try equal(inner?.size, half.rank == 0 ? 1 : nil)
        try equal(try all.allReduce(1, .sum), size)

        let grid = try all.grid([0, 2], periodic: [true, false])
        try equal(grid.sizes, [size / 2, 2])
        try equal(grid.coordinates, [rank / 2, rank % 2])
        try equal(grid.rank(at: grid.coordinates), rank)
        try equal(grid.neighbor(axis: 1, by: 1), rank % 2 == 0 ? rank + 1 : nil)
        try equal(grid.neighbor(axis: 0, by: 1), (rank + 2) % size)
        try equal(grid.neighbor(axis: 0, by: -size), rank)
        try await fails(.badArgument, saying: "a grid of 3 × 0 is none of") { _ = try all.grid([3, 0]) }
    }
}
