import FarmMPI

/// Messages of all types, by tag, of any length, from anybody; exchanges with neighbours.
@Sendable func messages(_ ranks: Ranks) async throws {
    try await ranks.attempt { all in
        let (next, before) = ((all.rank + 1) % all.size, (all.rank + all.size - 1) % all.size)
        // Round the ring, each type once.
        try ring(all, next, before, 1.5 + Double(all.rank), 1.5 + Double(before))
        try ring(all, next, before, Float(all.rank), Float(before))
        try ring(all, next, before, Int32(all.rank), Int32(before))
        try ring(all, next, before, Int64(all.rank) << 40, Int64(before) << 40)
        try ring(all, next, before, all.rank, before)
        try ring(all, next, before, UInt8(all.rank), UInt8(before))

        // Tags choose; the order of one tag stays.
        if all.rank == 0 {
            try all.send([1.0], to: 1, tag: 7)
            try all.send([2.0], to: 1, tag: 8)
            try all.send([3.0], to: 1, tag: 7)
        } else if all.rank == 1 {
            var one = [0.0, 0.0]
            try equal(try all.receive(into: &one, from: 0, tag: 8).count, 1)
            try equal(one, [2, 0])
            try equal(try all.probe(Double.self).tag, 7)
            try equal(try all.receive(Double.self, from: 0, tag: 7).values, [1])
            let last = try all.receive(Double.self)
            try equal(last.values, [3])
            try equal([last.status.source, last.status.tag, last.status.count], [0, 7, 1])
        }
        // Large ones, both ways at once, in memory of ours.
        let count = 300_000
        let own = [Double](repeating: Double(all.rank), count: count)
        let found = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
        found.initialize(repeating: -1)
        defer { found.deallocate() }
        try own.withUnsafeBufferPointer { own in
            try equal(try all.exchange(own, to: next, into: found, from: before)?.source, before)
        }
        try equal(found.allSatisfy { $0 == Double(before) }, true)
        // On a line the ends have one neighbour.
        var left = [-1], right = [-1]
        let line = try all.grid([0])
        try all.exchange(
            [all.rank], to: line.neighbor(axis: 0, by: 1), into: &left, from: line.neighbor(axis: 0, by: -1))
        try all.exchange(
            [all.rank], to: line.neighbor(axis: 0, by: -1), into: &right, from: line.neighbor(axis: 0, by: 1))
        try equal(left[0], all.rank == 0 ? -1 : all.rank - 1)
        try equal(right[0], all.rank == all.size - 1 ? -1 : all.rank + 1)
        let now = Communicator.wallTime
        try equal(Communicator.wallTime >= now, true)
    }
}

private func ring<Scalar: MPIScalar & Equatable>(
    _ all: Communicator, _ next: Int, _ before: Int, _ value: Scalar, _ wanted: Scalar
) throws {
    var found = [value, value, value]
    if all.rank == 0 {
        try all.send([value, value, value], to: next)
        try all.receive(into: &found, from: before)
    } else {
        try all.receive(into: &found, from: before)
        try all.send([value, value, value], to: next)
    }
    try equal(found, [wanted, wanted, wanted])
}
