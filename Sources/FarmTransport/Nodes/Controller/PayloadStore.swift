/// The payloads of unfinished tasks, by block, as they came off the wire: one copy, never looked into.
struct PayloadStore {
    private var blocks: [PayloadBlock?] = []
    private var free: [UInt32] = []
    private(set) var bytes = 0

    /// Takes a block over. An empty one is not kept.
    mutating func insert(_ block: PayloadBlock) -> BlockRef {
        guard block.count > 0 else { return .none }
        bytes += block.bytes.count
        if let slot = free.popLast() {
            blocks[Int(slot)] = block
            return BlockRef(slot)
        }
        blocks.append(block)
        return BlockRef(UInt32(blocks.count - 1))
    }

    mutating func release(_ ref: BlockRef) {
        guard ref != .none, let block = blocks[Int(ref.raw)] else { return }
        bytes -= block.bytes.count
        blocks[Int(ref.raw)] = nil
        free.append(ref.raw)
    }

    /// Calls `body` with one payload; with nothing if there is none.
    func withPayload(_ ref: BlockRef, _ index: UInt32, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard ref != .none, let block = blocks[Int(ref.raw)] else {
            return body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        block.bytes.withUnsafeBytes { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[block.range(Int(index))]))
        }
    }
}
