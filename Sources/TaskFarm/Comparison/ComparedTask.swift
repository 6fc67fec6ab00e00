/// A task as a comparison of two jobs sees it.
public struct ComparedTask: Sendable, Equatable {
    /// Its name, which holds its parameters (`solve/n=64`); by this it is found in the other job.
    public var name: String
    /// How it ended, or where it is.
    public var state: TaskState
    /// How long its last attempt ran, in seconds; nil if it never did.
    public var seconds: Double?
    /// Its value; nil if it has none.
    public var value: JSONValue?

    /// A task by what is known of it.
    public init(name: String, state: TaskState, seconds: Double? = nil, value: JSONValue? = nil) {
        self.name = name
        self.state = state
        self.seconds = seconds
        self.value = value
    }

    /// A task as the controller has it, and what became of it if it has ended. Reads its value if it has one.
    public init(_ task: TaskStatus, _ outcome: TaskOutcome?) {
        self.init(name: task.name, state: outcome?.state ?? task.state)
        guard let outcome else { return }
        if outcome.startedAt != nil, outcome.cause != .notStarted {
            let parts = outcome.duration.components
            seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
        }
        guard outcome.isSuccess, outcome.hasValue, let text = try? outcome.valueJSON() else { return }
        value = try? JSONValue(parsing: Array(text.utf8))
    }
}
