public import FarmCore

/// An engine says which attempts began.
public struct StartedMessage: WireMessage {
    /// One attempt.
    public struct Entry: Equatable, Sendable {
        /// Which dispatch.
        public var name: DispatchName
        /// When it began, by the engine's clock.
        public var startedAt: Instant

        /// An entry with the fields given.
        public init(name: DispatchName, startedAt: Instant) {
            self.name = name
            self.startedAt = startedAt
        }
    }

    /// In the order in which they began.
    public var entries: [Entry]

    /// A message with the fields given.
    public init(entries: [Entry]) { self.entries = entries }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.list(entries) { writer, entry in
                writer.name(entry.name)
                writer.instant(entry.startedAt)
            }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        entries = try reader.list(itemBytes: 24, limit: WireLimits.names, "entries") {
            reader throws(WireError) in
            Entry(name: try reader.name("name"), startedAt: try reader.instant("started at"))
        }
        try reader.end()
    }
}
