/// Result batches that are safe: the engine may forget them.
public struct RecordedMessage: WireMessage {
    /// This batch and all before it.
    public var batch: UInt64

    /// A message with the fields given.
    public init(batch: UInt64) { self.batch = batch }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in writer.u64(batch) }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        batch = try reader.u64("batch")
        try reader.end()
    }
}
