/// One frame to be sent: a header and a piece of a body that lies elsewhere.
public struct Frame {
    /// Its 16 bytes, decoded.
    public let header: FrameHeader
    /// Valid as long as what it was cut from.
    public let body: UnsafeRawBufferPointer

    /// A frame of these two.
    public init(header: FrameHeader, body: UnsafeRawBufferPointer) {
        self.header = header
        self.body = body
    }

    /// Its length on the wire.
    public var count: Int { FrameHeader.size + body.count }

    /// Writes it to `target`, which has room for `count` bytes.
    public func write(to target: UnsafeMutableRawBufferPointer) {
        header.store(to: target)
        guard let source = body.baseAddress, let start = target.baseAddress else { return }
        (start + FrameHeader.size).copyMemory(from: source, byteCount: body.count)
    }

    /// Its bytes in an array of their own.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            written = count
        }
    }
}
