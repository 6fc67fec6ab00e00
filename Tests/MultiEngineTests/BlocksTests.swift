import Testing

@testable import MultiEngine

@Suite struct BlocksTests {
    @Test(arguments: [
        (10, 4, [3, 3, 2, 2]), (8, 4, [2, 2, 2, 2]), (2, 4, [1, 1, 0, 0]), (0, 2, [0, 0]), (7, 1, [7]),
    ])
    func `C52 the first n mod q parts have one element more`(count: Int, parts: Int, sizes: [Int]) {
        let ranges = Blocks.ranges(count, parts)
        #expect(ranges.map(\.count) == sizes)
        #expect(ranges.flatMap { Array($0) } == Array(0..<count))
    }

    @Test func `an array is cut along its first dimension, and put together again`() throws {
        let table = try NumberArray(.int, itemBytes: 1, extents: [5, 2], bytes: Array(0..<10))
        let parts = try Blocks.ranges(5, 3).map { try table.rows($0) }
        #expect(parts.map(\.extents) == [[2, 2], [2, 2], [1, 2]])
        #expect(parts[1].bytes == [4, 5, 6, 7])
        #expect(try NumberArray(joining: parts) == table)
        #expect(throws: MultiEngineError.self) {
            try NumberArray(joining: [table, NumberArray([1.5])])
        }
    }

    @Test func `integers beside doubles become doubles, and empty parts are passed over`() throws {
        let parts = [NumberArray([1, -2]), NumberArray([Float]()), NumberArray([0.5])]
        #expect(try NumberArray(joining: parts) == NumberArray([1, -2, 0.5]))
        #expect(try NumberArray(joining: [NumberArray([3]), NumberArray([Double]())]) == NumberArray([3]))
    }
}
