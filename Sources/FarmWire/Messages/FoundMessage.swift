public import FarmCore

/// What is known of attempts that an engine has looked up.
public struct FoundMessage: WireMessage {
    /// One attempt.
    public struct Entry: Equatable, Sendable {
        /// Its dispatch.
        public var name: DispatchName
        /// The task that has succeeded with the same key; nil if none is known.
        public var task: TaskID?
        /// What that has left behind: sections of ``AttemptPayload`` – value, directory, content, source.
        public var sections: [UInt8]

        /// An answer with the fields given.
        public init(name: DispatchName, task: TaskID? = nil, sections: [UInt8] = []) {
            self.name = name
            self.task = task
            self.sections = sections
        }
    }

    /// The answers.
    public var entries: [Entry]

    /// A message with the fields given.
    public init(entries: [Entry]) { self.entries = entries }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.list(entries) { writer, entry in
                writer.name(entry.name)
                writer.bool(entry.task != nil)
                writer.u64(entry.task?.raw ?? 0)
                writer.block(entry.sections)
            }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        entries = try reader.list(itemBytes: 29, limit: WireLimits.names, "answers") {
            reader throws(WireError) in
            let name = try reader.name("name")
            let isFound = try reader.bool("found")
            let task = TaskID(raw: try reader.u64("task"))
            let sections = try reader.bytes(limit: WireLimits.message, "sections")
            guard isFound || task.raw == 0 && sections.isEmpty else {
                throw WireError(
                    .badValue, "answer", at: 0, "nothing is found, and something is told of it")
            }
            return Entry(name: name, task: isFound ? task : nil, sections: sections)
        }
        try reader.end()
    }
}
