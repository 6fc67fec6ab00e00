import Testing

@testable import TaskFarm

@Suite struct OrderedValuesTests {
    @Test(arguments: [0, 1, 4095, 4096, 4097, 10_000])
    func `values come back in order however they were put in`(count: Int) {
        var values = OrderedValues<String>()
        for index in (0..<count).reversed() { values.insert("value \(index)", at: index) }
        #expect(values.finish(total: count) == (0..<count).map { "value \($0)" })
    }

    @Test func `a missing value is noticed and the others are let go`() {
        final class Counted: Sendable {}
        weak var kept: Counted?
        do {
            var values = OrderedValues<Counted>()
            let value = Counted()
            kept = value
            values.insert(value, at: 1)
            values.insert(Counted(), at: 1)
            #expect(values.count == 1)
            #expect(values.finish(total: 2) == nil)
        }
        #expect(kept == nil)
    }
}
