import Synchronization

/// Which points of one block stay: the block that was asked for last. Tasks are taken and shown in the order
/// of their indices, so that nearly always it is the same again, and a point costs a look-up.
///
/// Only a memory of what can be found again; copies of a sweep share it.
final class LastBlock: Sendable {
    private struct Kept {
        var block = -1
        var offsets: [UInt16] = []
    }

    private let kept = Mutex(Kept())

    /// The place in a block of its point number `index` that stays; nil if the block has fewer.
    ///
    /// - Parameter find: looks at the block. It is called without the lock, so two threads may both do it.
    func offset(of index: UInt64, in block: Int, find: () -> [UInt16]) -> UInt64? {
        func pick(_ offsets: [UInt16]) -> UInt64? {
            index < UInt64(offsets.count) ? UInt64(offsets[Int(index)]) : nil
        }
        if let offsets = kept.withLock({ $0.block == block ? $0.offsets : nil }) { return pick(offsets) }
        let offsets = find()
        kept.withLock { $0 = Kept(block: block, offsets: offsets) }
        return pick(offsets)
    }
}
