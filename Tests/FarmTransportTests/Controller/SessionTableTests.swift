import Testing

@testable import FarmTransport

@Suite struct SessionTableTests {
    private func address(_ number: UInt32) -> LinkAddress { LinkAddress(socket: 1, routing: number) }

    @Test func `ids rise and are never used twice, though slots are`() throws {
        var table = SessionTable(limit: 10)
        var last: UInt64 = 0
        for number in 0..<100 {
            let opened = table.open(address(UInt32(number % 3)), .open, at: .zero)
            let index = try #require(opened)
            let id = table[index].id
            #expect(id.raw > last)
            last = id.raw
            #expect(table.index(of: id) == index)
            #expect(table.index(of: address(UInt32(number % 3))) == index)
            table.close(index)
            #expect(table.index(of: id) == nil)
        }
        #expect(table.slots.count == 1)
    }

    @Test func `at the limit nobody gets a slot, and ids of nobody are found nowhere`() {
        var table = SessionTable(limit: 2)
        let opened = (1...3).map { table.open(address($0), .open, at: .zero) != nil }
        #expect(opened == [true, true, false])
        for raw: UInt64 in [.max, 0, 1 << 20 | 7, 77] { #expect(table.index(of: SessionID(raw)) == nil) }
    }
}
