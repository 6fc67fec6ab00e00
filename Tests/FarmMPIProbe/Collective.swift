import FarmMPI

/// Operations of all ranks with equal parts.
@Sendable func collective(_ ranks: Ranks) async throws {
    try await ranks.attempt { all in
        let (rank, size) = (all.rank, all.size)
        try all.barrier()
        var given = rank == 1 ? [4, 5, 6] : [0, 0, 0]
        try all.broadcast(&given, from: 1)
        try equal(given, [4, 5, 6])

        let sum = size * (size - 1) / 2
        var reduced = [Double(rank), 1]
        try all.reduce(&reduced, .sum, to: size - 1)
        try equal(reduced, rank == size - 1 ? [Double(sum), Double(size)] : [Double(rank), 1])
        try equal(try all.allReduce(rank + 1, .product), (1...size).reduce(1, *))
        try equal(try all.allReduce(Float(rank), .minimum), 0)
        try equal(try all.allReduce(Int32(rank), .maximum), Int32(size - 1))
        try equal(try all.allReduce(Int64(rank), .sum), Int64(sum))
        try equal(try all.allReduce(UInt8(1), .sum), UInt8(size))
        // Long enough for MPI to take another way.
        var long = [Double](repeating: Double(rank), count: 200_000)
        try all.allReduce(&long, .sum)
        try equal(long.allSatisfy { $0 == Double(sum) }, true)
        try ring(all)
        // None at all is fine.
        var empty: [Double] = []
        try all.allReduce(&empty, .sum)

        let parts = (0..<size).flatMap { [$0, $0 * 10] }
        try buffers(all, parts)
    }
}

/// Arrays so long that they go round in parts, which are not equal; of all ranks, and of a group.
private func ring(_ all: Communicator) throws {
    let (rank, size) = (all.rank, all.size)
    var numbers = (0..<200_003).map { Int32($0 % 1_000 + rank) }
    try all.allReduce(&numbers, .maximum)
    try equal(numbers, (0..<200_003).map { Int32($0 % 1_000 + size - 1) })
    var factors = [Float](repeating: 2, count: 300_001)
    try all.allReduce(&factors, .product)
    try equal(factors.allSatisfy { $0 == Float(1 << size) }, true)
    guard let group = try all.split(color: rank % 2, key: rank) else { throw Broken(description: "no group") }
    var ones = [Double](repeating: 1, count: 100_001)
    try group.allReduce(&ones, .sum)
    try equal(ones.allSatisfy { $0 == Double(group.size) }, true)
    try group.allReduce(&ones, .minimum)
    try equal(ones[100_000], Double(group.size))
    // A receive from anybody, of any tag, does not catch what goes round.
    var sums = [Double](repeating: 1, count: 200_000)
    if rank == 1 { try equal(try all.receive(Int.self).values, [7]) }
    if rank == size - 1, size > 2 {
        // The others are in the ring by now.
        let end = Communicator.wallTime + 0.02
        while Communicator.wallTime < end {}
    }
    if rank == (size > 2 ? size - 1 : 0) { try all.send([7], to: 1) }
    try all.allReduce(&sums, .sum)
    try equal(sums.allSatisfy { $0 == Double(size) }, true)
}

/// The same in memory of the caller's.
private func buffers(_ all: Communicator, _ parts: [Int]) throws {
    let (rank, size) = (all.rank, all.size)
    let own = UnsafeMutableBufferPointer<Int>.allocate(capacity: 2)
    let room = UnsafeMutableBufferPointer<Int>.allocate(capacity: 2 * size)
    let other = UnsafeMutableBufferPointer<Int>.allocate(capacity: 2 * size)
    defer { for memory in [own, room, other] { memory.deallocate() } }
    _ = own.initialize(from: [rank, rank * 10])
    room.initialize(repeating: -1)
    try all.gather(UnsafeBufferPointer(own), into: rank == 0 ? room : nil)
    if rank == 0 { try equal(Array(room), parts) }
    try all.allGather(UnsafeBufferPointer(own), into: room)
    try equal(Array(room), parts)
    own.update(repeating: -1)
    try all.scatter(rank == 0 ? UnsafeBufferPointer(room) : nil, into: own)
    try equal(Array(own), [rank, rank * 10])
    // Part j of rank i becomes part i of rank j.
    for place in 0..<2 * size { room[place] = rank * 100 + place }
    other.initialize(repeating: -1)
    try all.allToAll(UnsafeBufferPointer(room), into: other)
    let wanted = (0..<size).flatMap { (from: Int) -> [Int] in
        let first: Int = from * 100 + 2 * rank
        return [first, first + 1]
    }
    try equal(Array(other), wanted)
    own[0] = rank
    own[1] = 1
    try all.allReduce(own, .sum)
    try equal(Array(own), [size * (size - 1) / 2, size])
    try all.broadcast(own)
    try all.reduce(own, .maximum)
}

/// Parts of different lengths.
@Sendable func parts(_ ranks: Ranks) async throws {
    try await ranks.attempt { all in
        let (rank, size) = (all.rank, all.size)
        let own = [Double](repeating: Double(rank), count: rank + 1)
        let together = (0..<size).flatMap { [Double](repeating: Double($0), count: $0 + 1) }
        try equal(try all.gather(own, to: 1), rank == 1 ? together : nil)
        try equal(try all.allGather(own), together)
        // Ten among four are three, three, two and two.
        let ten = Array(0..<10)
        let part = try all.scatter(rank == 0 ? ten : nil)
        try equal(part.count, 10 / size + (rank < 10 % size ? 1 : 0))
        try equal(try all.allGather(part), ten)
        let sent = (0..<size).map { [Int](repeating: rank, count: $0) }
        try equal(try all.allToAll(sent), (0..<size).map { [Int](repeating: $0, count: rank) })
        try equal(try all.allGather([Float]()), [])
    }
}
