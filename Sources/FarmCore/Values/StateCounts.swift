/// How many tasks are in each state; always adds up to the number submitted (conformance 40).
public struct StateCounts: Equatable, Sendable {
    public var waiting = 0
    public var ready = 0
    public var assigned = 0
    public var running = 0
    public var cancelling = 0
    public var succeeded = 0
    public var failed = 0
    public var cancelled = 0
    public var impossible = 0
    public var expired = 0

    public init() {}

    public subscript(state: TaskState) -> Int {
        get {
            switch state {
            case .waiting: waiting
            case .ready: ready
            case .assigned: assigned
            case .running: running
            case .cancelling: cancelling
            case .succeeded: succeeded
            case .failed: failed
            case .cancelled: cancelled
            case .impossible: impossible
            case .expired: expired
            }
        }
        set {
            switch state {
            case .waiting: waiting = newValue
            case .ready: ready = newValue
            case .assigned: assigned = newValue
            case .running: running = newValue
            case .cancelling: cancelling = newValue
            case .succeeded: succeeded = newValue
            case .failed: failed = newValue
            case .cancelled: cancelled = newValue
            case .impossible: impossible = newValue
            case .expired: expired = newValue
            }
        }
    }

    /// Tasks of all states.
    public var total: Int { unfinished + ended }
    /// Tasks that have not reached a terminal state.
    public var unfinished: Int { waiting + ready + assigned + running + cancelling }
    /// Tasks in a terminal state.
    public var ended: Int { succeeded + failed + cancelled + impossible + expired }

    public mutating func add(_ other: StateCounts) {
        for state in TaskState.allCases { self[state] += other[state] }
    }
}
