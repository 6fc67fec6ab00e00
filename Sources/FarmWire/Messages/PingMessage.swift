/// `ping`, and `pong` in answer.
public struct PingMessage: WireMessage {
    /// Chosen by whoever pings; the pong carries the same.
    public var nonce: UInt64

    /// A message with the fields given.
    public init(nonce: UInt64) { self.nonce = nonce }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in writer.u64(nonce) }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        nonce = try reader.u64("nonce")
        try reader.end()
    }
}
