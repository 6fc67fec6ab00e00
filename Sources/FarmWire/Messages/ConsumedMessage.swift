/// A client gives credit back: how much of what was sent it has taken in.
public struct ConsumedMessage: WireMessage {
    /// Bytes of `completions` bodies taken in since the session began.
    public var totalBytes: UInt64

    /// A message with the fields given.
    public init(totalBytes: UInt64) { self.totalBytes = totalBytes }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in writer.u64(totalBytes) }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        totalBytes = try reader.u64("total bytes")
        try reader.end()
    }
}
