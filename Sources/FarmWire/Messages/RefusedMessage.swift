public import FarmCore

/// A submission is refused whole: nothing of it is queued, no part of it need be sent again.
public struct RefusedMessage: WireMessage {
    /// The submission's key.
    public var key: UniqueKey
    /// The part that was wrong.
    public var part: UInt32
    /// Why.
    public var code: WireCode
    /// What was wrong, where, and what to do; cut to 64 KiB.
    public var message: String

    /// A message with the fields given.
    public init(key: UniqueKey, part: UInt32, code: WireCode, message: String) {
        self.key = key
        self.part = part
        self.code = code
        self.message = message
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.key(key)
            writer.u32(part)
            writer.u16(code.rawValue)
            writer.clipped(message)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        key = try reader.key("key")
        part = try reader.u32("part")
        code = WireCode(rawValue: try reader.u16("code"))
        message = try reader.string("message")
        try reader.end()
    }
}
