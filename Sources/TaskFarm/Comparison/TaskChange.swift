/// One thing that is otherwise in the newer of two runs.
public struct TaskChange: Sendable, Equatable {
    /// What is otherwise.
    public enum What: Sendable, Hashable {
        /// How the task ended, or where it is.
        case state
        /// How long it took.
        case time
        /// A field of its value.
        case result(field: String)
        /// The older run has no such task.
        case new
        /// The newer run has no such task.
        case gone

        /// `state`, `time`, `new`, `gone`, or the field as batch files write it: `result.error`; `result` for
        /// a value that is no object.
        public var word: String {
            switch self {
            case .state: "state"
            case .time: "time"
            case .new: "new"
            case .gone: "gone"
            case .result(ResultFields.whole): ResultFields.whole
            case .result(let field) where field.hasPrefix("["): ResultFields.whole + field
            case .result(let field): "\(ResultFields.whole).\(field)"
            }
        }
    }

    /// The task's name; where a job has several of one name, with its place among them, from the second on:
    /// `mesh #2`. `#1`, `#2` for tasks without a name.
    public var name: String
    /// What is otherwise.
    public var what: What
    /// What it was: a field, a state's word, or seconds; nil if there was nothing.
    public var old: JSONValue?
    /// What it is; nil if there is nothing.
    public var new: JSONValue?
    /// Whether that is for the worse, by the rules.
    public var isWorse: Bool

    /// How much more it is, as a part of what it was: 0.05 is 5 % more; nil if that cannot be said.
    public var relativeChange: Double? {
        switch what {
        case .state, .new, .gone: return nil
        case .time, .result: break
        }
        guard let from = ResultFields.number(old), let to = ResultFields.number(new), from != 0 else {
            return nil
        }
        let change = (to - from) / abs(from)
        return change.isFinite ? change : nil
    }
}
