public import FarmCore

/// What a task has left behind, for the templates that name it.
public struct TaskResultEntry: Equatable, Sendable {
    /// What the template calls it.
    public var name: String
    /// Which task.
    public var task: TaskID
    /// Whether its value was too large to be passed on.
    public var isCut: Bool
    /// Sections of an ``AttemptPayload``: its value and its directory, where it has them.
    public var sections: [UInt8]

    /// An entry with the fields given.
    public init(name: String, task: TaskID, isCut: Bool = false, sections: [UInt8] = []) {
        self.name = name
        self.task = task
        self.isCut = isCut
        self.sections = sections
    }
}

extension WireWriter {
    mutating func taskResult(_ result: TaskResultEntry) {
        string(result.name)
        u64(result.task.raw)
        bool(result.isCut)
        block(result.sections)
    }
}

extension WireReader {
    mutating func taskResult() throws(WireError) -> TaskResultEntry {
        TaskResultEntry(
            name: try string(limit: WireLimits.shortText, "result's name"),
            task: TaskID(raw: try u64("result's task")), isCut: try bool("result is cut"),
            sections: try bytes(limit: NamedResult.mostBytes + WireLimits.text, "result's sections"))
    }
}
