public import FarmCore

/// An engine asks whether attempts that it was sent have succeeded before, so that they need not be run.
public struct LookUpMessage: WireMessage {
    /// One attempt.
    public struct Entry: Equatable, Sendable {
        /// Its dispatch.
        public var name: DispatchName
        /// What it depends on.
        public var key: ContentKey

        /// An attempt and its key.
        public init(name: DispatchName, key: ContentKey) {
            self.name = name
            self.key = key
        }
    }

    /// The attempts.
    public var entries: [Entry]

    /// A message with the fields given.
    public init(entries: [Entry]) { self.entries = entries }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.list(entries) { writer, entry in
                writer.name(entry.name)
                writer.contentKey(entry.key)
            }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        entries = try reader.list(itemBytes: 32, limit: WireLimits.names, "look-ups") {
            reader throws(WireError) in
            let name = try reader.name("name")
            let high = try reader.u64("content key")
            return Entry(name: name, key: ContentKey(high: high, low: try reader.u64("content key")))
        }
        try reader.end()
    }
}
