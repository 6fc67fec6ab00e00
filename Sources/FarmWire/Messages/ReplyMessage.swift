/// The answer to a query or a cancel.
public struct ReplyMessage: WireMessage {
    /// The request's number.
    public var request: UInt64
    /// Why.
    public var code: WireCode
    /// JSON if the code is ok, else a message in UTF-8.
    public var body: [UInt8]

    /// A message with the fields given.
    public init(request: UInt64, code: WireCode = .ok, body: [UInt8]) {
        self.request = request
        self.code = code
        self.body = body
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u64(request)
            writer.u16(code.rawValue)
            writer.block(body)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        request = try reader.u64("request")
        code = WireCode(rawValue: try reader.u16("code"))
        self.body = try reader.bytes("body")
        try reader.end()
    }
}
