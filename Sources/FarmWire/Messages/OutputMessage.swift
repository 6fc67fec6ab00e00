public import FarmCore

/// A piece of what a running attempt has written.
public struct OutputMessage: WireMessage {
    /// Where an attempt writes to.
    public enum Stream: UInt8, Sendable, CaseIterable {
        /// Standard output.
        case output = 1
        /// Standard error.
        case error = 2
    }

    /// Whose.
    public var name: DispatchName
    /// Where to.
    public var stream: Stream
    /// Bytes of the stream before this piece.
    public var offset: UInt64
    /// The piece, at most ``WireLimits/output`` bytes.
    public var bytes: [UInt8]

    /// A message with the fields given.
    public init(name: DispatchName, stream: Stream, offset: UInt64, bytes: [UInt8]) {
        self.name = name
        self.stream = stream
        self.offset = offset
        self.bytes = bytes
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.name(name)
            writer.u8(stream.rawValue)
            writer.u64(offset)
            writer.block(self.bytes)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        name = try reader.name("name")
        stream = try reader.choice("stream")
        offset = try reader.u64("offset")
        bytes = try reader.bytes(limit: WireLimits.output, "bytes")
        try reader.end()
    }
}
