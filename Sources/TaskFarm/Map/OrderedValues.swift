/// Values that come in any order, each once, and are wanted in the order of their indices.
///
/// In blocks that stay where they are, so that nothing is moved but once, at the end.
struct OrderedValues<Value>: ~Copyable {
    private static var blockCount: Int { 4096 }

    private var blocks: [UnsafeMutablePointer<Value>] = []
    private var isSet: [Bool] = []
    private(set) var count = 0

    /// Puts a value in, unless one is there. Precondition: `index` is not negative.
    mutating func insert(_ value: consuming Value, at index: Int) {
        while index >= isSet.count {
            blocks.append(.allocate(capacity: Self.blockCount))
            isSet.append(contentsOf: repeatElement(false, count: Self.blockCount))
        }
        guard !isSet[index] else { return }
        isSet[index] = true
        count += 1
        (blocks[index / Self.blockCount] + index % Self.blockCount).initialize(to: value)
    }

    /// The values, if they are those of the first `total` indices; nil if one of those is missing.
    consuming func finish(total: Int) -> [Value]? {
        guard count == total, isSet.prefix(total).allSatisfy({ $0 }) else { return nil }
        let values = [Value](unsafeUninitializedCapacity: total) { target, filled in
            while filled < total {
                let some = min(Self.blockCount, total - filled)
                guard let place = target.baseAddress else { return }
                (place + filled).moveInitialize(from: blocks[filled / Self.blockCount], count: some)
                filled += some
            }
        }
        // They are elsewhere now.
        isSet = []
        return values
    }

    deinit {
        for index in isSet.indices where isSet[index] {
            (blocks[index / Self.blockCount] + index % Self.blockCount).deinitialize(count: 1)
        }
        for block in blocks { block.deallocate() }
    }
}
