public import FarmCore

/// An engine's answer to `recall`: each name that was asked for, once.
public struct RecalledMessage: WireMessage {
    /// One dispatch.
    public struct Entry: Equatable, Sendable {
        /// Which dispatch.
        public var name: DispatchName
        /// The engine has dropped it and will not run it. Else it has begun already, or is not known there.
        public var isGivenBack: Bool

        /// An entry with the fields given.
        public init(name: DispatchName, isGivenBack: Bool) {
            self.name = name
            self.isGivenBack = isGivenBack
        }
    }

    /// In the order in which they were asked for.
    public var entries: [Entry]

    /// A message with the fields given.
    public init(entries: [Entry]) { self.entries = entries }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.list(entries) { writer, entry in
                writer.name(entry.name)
                writer.bool(entry.isGivenBack)
            }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        entries = try reader.list(itemBytes: 17, limit: WireLimits.names, "entries") {
            reader throws(WireError) in
            Entry(name: try reader.name("name"), isGivenBack: try reader.bool("given back"))
        }
        try reader.end()
    }
}
