/// Byte buffers that are used again, so that a message in a steady state costs no allocation.
struct BufferPool {
    /// More than this many are let go, and larger ones too.
    private static let most = 16
    static let largest = 1 << 20

    private var buffers: [[UInt8]] = []

    /// An empty buffer, with room from its last use if one is at hand.
    mutating func take() -> [UInt8] { buffers.popLast() ?? [] }

    mutating func give(_ buffer: consuming [UInt8]) {
        guard buffers.count < Self.most, buffer.capacity <= Self.largest else { return }
        buffer.removeAll(keepingCapacity: true)
        buffers.append(buffer)
    }
}
