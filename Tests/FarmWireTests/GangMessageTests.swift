import FarmWire
import Testing

@Suite struct GangMessageTests {
    private let entry = DispatchEntry(
        name: DispatchName(task: TaskID(JobID(3), 1), attempt: 2, epoch: 4), hint: 9, group: 1, index: 0)

    private func bytes(
        rank: UInt32, _ ranks: [UInt32], hosts: [String] = [], payload: [UInt8] = [7, 8]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        payload.withUnsafeBytes {
            GangMessage.encode(
                GangSeat(rank: rank, poolRanks: ranks, hosts: hosts), entry, payload: $0, into: &bytes)
        }
        return bytes
    }

    @Test func `a rank's message comes back as it was`() throws {
        let body = bytes(rank: 1, [0, 3, 65_000])
        try body.withUnsafeBytes { body in
            let message = try GangMessage(decoding: body)
            #expect(message.seat == GangSeat(rank: 1, poolRanks: [0, 3, 65_000]))
            #expect(message.entry == entry)
            #expect(Array(body[message.payload]) == [7, 8])
        }
    }

    @Test func `hosts come with as many ranks, or not at all`() throws {
        let body = bytes(rank: 0, [0, 3], hosts: ["node-1", "node-2"])
        let seat = try body.withUnsafeBytes { try GangMessage(decoding: $0).seat }
        #expect(seat == GangSeat(rank: 0, poolRanks: [0, 3], hosts: ["node-1", "node-2"]))
        #expect(throws: WireError.self) {
            try bytes(rank: 0, [0, 3], hosts: ["node-1"]).withUnsafeBytes {
                _ = try GangMessage(decoding: $0)
            }
        }
    }

    @Test func `a message of a rank cut short anywhere is refused`() {
        let body = bytes(rank: 1, [0, 3], hosts: ["a", "b"])
        for count in 0..<body.count {
            #expect(throws: WireError.self) {
                try body.prefix(count).withUnsafeBytes { _ = try GangMessage(decoding: $0) }
            }
        }
    }

    @Test(
        arguments: [
            (rank: 2, ranks: [0, 1]), (rank: 0, ranks: []), (rank: 0, ranks: [1, 1]),
            (rank: 0, ranks: [2, 1]),
        ] as [(rank: UInt32, ranks: [UInt32])])
    func `ranks that cannot be are refused`(_ rank: UInt32, _ ranks: [UInt32]) {
        #expect(throws: WireError.self) {
            try bytes(rank: rank, ranks).withUnsafeBytes { _ = try GangMessage(decoding: $0) }
        }
    }

    @Test func `a second dispatch behind the first is refused`() {
        let body = bytes(rank: 0, [0]) + [0]
        #expect(throws: WireError.self) {
            try body.withUnsafeBytes { _ = try GangMessage(decoding: $0) }
        }
    }

    @Test(arguments: [(1, 1), (0, 0), (0, 65_536)] as [(UInt32, UInt32)])
    func `a hello with a rank that its pool has not is refused`(_ rank: UInt32, _ size: UInt32) {
        var info = EngineInfo(key: UniqueKey(high: 1, low: 2), name: "e")
        info.pool = PoolSeat(key: UniqueKey(high: 3, low: 4), rank: rank, size: size)
        let body = HelloMessage(engine: info, claims: [], grant: []).encoded
        #expect(throws: WireError.self) {
            try body.withUnsafeBytes { _ = try HelloMessage(decoding: $0) }
        }
    }
}
