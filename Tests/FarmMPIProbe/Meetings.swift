import FarmMPI

/// Two halves side by side, then all, then other pairs, in an order that differs from rank to rank.
@Sendable func subsets(_ ranks: Ranks) async throws {
    let halves = [[0, 1], [2, 3]]
    let pairs = [[0, 3], [1, 2]]
    for round in 0..<50 {
        let base = round * 10
        for (number, members) in (halves + pairs).enumerated() where members.contains(ranks.rank) {
            try await ranks.attempt(base + number, on: members) { some in
                try equal(some.size, 2)
                try equal(some.rank, members.firstIndex(of: ranks.rank))
                try equal(try some.allGather([ranks.rank]), members)
            }
        }
        try await ranks.attempt(base + 9) { try equal(try $0.allReduce(ranks.rank, .sum), 6) }
    }
}

/// A communicator that was left clean is used again, and nothing of an earlier attempt is seen in it.
@Sendable func again(_ ranks: Ranks) async throws {
    for index in 0..<300 {
        try await ranks.attempt(index) { all in
            if all.rank == 0 { try all.send([index], to: all.size - 1) }
            if all.rank == all.size - 1 { try equal(try all.receive(Int.self).values, [index]) }
            guard let part = try all.split(color: 0) else { throw Broken(description: "no group") }
            try part.barrier()
        }
    }
    // An ordinary task is a rank alone.
    try await ranks.attempt(5_000 + ranks.rank, on: [ranks.rank]) { own in
        try equal(own.size, 1)
        try equal(try own.allReduce(7, .sum), 7)
    }
}

/// More sets of ranks than are kept, and attempts by the thousand: MPI's communicators do not run out.
@Sendable func many(_ ranks: Ranks) async throws {
    for index in 0..<3_000 {
        let members = index % 2 == 0 ? Array(0..<ranks.size) : [0, ranks.size - 1]
        guard members.contains(ranks.rank) else { continue }
        try await ranks.attempt(index, on: members) { all in
            try all.barrier()
        }
    }
    try equal(ranks.world.isWorn, false)
}
