/// An engine is told to leave.
public struct LeaveMessage: WireMessage {
    /// How to leave.
    public enum Mode: UInt8, Sendable, CaseIterable {
        /// Take nothing new, leave when idle.
        case drain = 0
        /// Stop all attempts and leave.
        case now = 1
        /// As `now`, and start anew: another rank of the engine's pool is lost.
        case again = 2
    }

    /// How.
    public var mode: Mode

    /// A message with the fields given.
    public init(mode: Mode) { self.mode = mode }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in writer.u8(mode.rawValue) }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        mode = try reader.choice("mode")
        try reader.end()
    }
}
