/// A client asks; `reply` answers.
public struct QueryMessage: WireMessage {
    /// Chosen by the client; the reply carries it. Never used again while the client lives, so that it may be
    /// repeated.
    public var request: UInt64
    /// The question, JSON (docs/protocol.md).
    public var json: [UInt8]

    /// A message with the fields given.
    public init(request: UInt64, json: [UInt8]) {
        self.request = request
        self.json = json
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u64(request)
            writer.block(json)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        request = try reader.u64("request")
        json = try reader.bytes(limit: WireLimits.query, "JSON")
        try reader.end()
    }
}
