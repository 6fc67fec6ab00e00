/// A peer leaves. Dispatches that an engine still holds are queued again free of charge.
public struct ByeMessage: WireMessage {
    /// Why a peer leaves.
    public enum Why: UInt8, Sendable, CaseIterable {
        /// In good order.
        case leaving = 0
    }

    /// Why.
    public var why: Why
    /// For the log; may be empty; cut to 64 KiB.
    public var message: String

    /// A message with the fields given.
    public init(why: Why = .leaving, message: String) {
        self.why = why
        self.message = message
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u8(why.rawValue)
            writer.clipped(message)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        why = try reader.choice("why")
        message = try reader.string("message")
        try reader.end()
    }
}
