/// Where a task is, at one moment.
public struct TaskStatus: Sendable, Identifiable {
    /// Which task.
    public let id: TaskID
    /// Where it stands.
    public let state: TaskState
    /// The number of its newest attempt; 0 if there was none, and when it has ended.
    public let attempt: Int
    /// The engine that has it; nil if none does.
    public let engine: EngineID?
    /// In a job that does tasks of another again: its index there.
    public let point: Int?
    package let place: TaskPlace
    private let names: JobNames

    /// Its name, as `solve/n=64`; empty if it has none. Worked out each time: about a microsecond.
    public var name: String { names.name(of: id, at: place) }

    /// Its point of a sweep: parameters and their values as they were written. Worked out each time.
    public var parameters: [String: String] {
        Dictionary(orderedParameters.map { ($0.name, $0.value.text) }) { $1 }
    }

    /// The same in the order of the sweep's parameters.
    package var orderedParameters: [(name: String, value: ParameterValue)] { orderedParameters(given: []) }

    /// The same of a task that has ended, whose parameters may have come with it.
    package func orderedParameters(given: [UInt8]) -> [(name: String, value: ParameterValue)] {
        names.parameters(at: place, given: given)
    }

    /// Reads one of the answers to `tasks`; nil if it is none.
    init?(_ json: JSONValue, _ place: TaskPlace, _ names: JobNames) {
        guard let id = json["id"]?.stringValue.flatMap({ TaskID($0) }), let word = json["state"]?.stringValue,
            let state = TaskState.allCases.first(where: { $0.word == word })
        else { return nil }
        self.id = id
        self.state = state
        attempt = json["attempt"].flatMap { Int($0.text) } ?? 0
        engine = json["engine"].flatMap { UInt32($0.text) }.map { EngineID($0) }
        point = json["point"].flatMap { Int($0.text) }
        self.place = place
        self.names = names
    }
}

/// Why a task is where it is.
public struct TaskReason: Sendable, Decodable {
    /// Where it stands.
    public let state: TaskState
    /// The scheduler's own reason, in words.
    public var reason: String

    private enum CodingKeys: String, CodingKey { case state, reason }

    /// Reads the answer to `why`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        state = try values.state(.state)
        reason = try values.decode(String.self, forKey: .reason)
    }
}
