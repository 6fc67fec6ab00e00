/// What a peer did wrong: said once, then its session is muted.
public struct FaultMessage: WireMessage {
    /// Why.
    public var code: WireCode
    /// What was wrong, where, and what to do; cut to 64 KiB.
    public var message: String

    /// A message with the fields given.
    public init(code: WireCode, message: String) {
        self.code = code
        self.message = message
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u16(code.rawValue)
            writer.clipped(message)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        code = WireCode(rawValue: try reader.u16("code"))
        message = try reader.string("message")
        try reader.end()
    }
}
