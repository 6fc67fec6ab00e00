/// Where a task is, at one moment.
public struct TaskStatus: Sendable, Decodable, Identifiable {
    /// Which task.
    public let id: TaskID
    /// Where it stands.
    public let state: TaskState
    /// The number of its newest attempt; 0 if there was none, and when it has ended.
    public let attempt: Int
    /// The engine that has it; nil if none does.
    public let engine: EngineID?
    /// Its name, as `solve/n=64`; empty if it has none.
    public let name: String
    /// Its point of a sweep: parameters and their values as they were written.
    public let parameters: [String: String]

    private enum CodingKeys: String, CodingKey { case id, state, attempt, engine, name, parameters }

    /// Reads one of the answers to `tasks`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.task(.id)
        state = try values.state(.state)
        attempt = try values.decodeIfPresent(Int.self, forKey: .attempt) ?? 0
        engine = try values.engine(.engine)
        name = try values.decodeIfPresent(String.self, forKey: .name) ?? ""
        parameters =
            try values.decodeIfPresent([String: ParameterText].self, forKey: .parameters)?
            .mapValues(\.text) ?? [:]
    }
}

struct TaskList: Decodable {
    var tasks: [TaskStatus]
}

/// Why a task is where it is.
public struct TaskReason: Sendable, Decodable {
    /// Where it stands.
    public let state: TaskState
    /// The scheduler's own reason, in words.
    public let reason: String

    private enum CodingKeys: String, CodingKey { case state, reason }

    /// Reads the answer to `why`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        state = try values.state(.state)
        reason = try values.decode(String.self, forKey: .reason)
    }
}
