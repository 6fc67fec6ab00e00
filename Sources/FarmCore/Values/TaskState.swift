/// Where a task is. Raw values are those of the wire and the ledger; they never change meaning.
///
/// What each may turn into:
/// - `waiting` (a dependency or a delay) → `ready`, `cancelled`, `impossible`
/// - `ready` (may be dispatched) → `assigned`, `cancelled`
/// - `assigned` (sent to an engine) → `running`, any terminal state, `ready` or `waiting` (recalled, lost,
///   retried), `cancelling`
/// - `running` (the engine said that it began) → as `assigned`
/// - `cancelling` (a cancel was sent after it) → any terminal state; usually `cancelled`
/// - the five others are terminal: nothing follows.
public enum TaskState: UInt8, Sendable, CaseIterable {
    case waiting = 0
    case ready = 1
    case assigned = 2
    case running = 3
    case cancelling = 4
    case succeeded = 5
    case failed = 6
    case cancelled = 7
    case impossible = 8
    case expired = 9

    public var isTerminal: Bool { rawValue >= TaskState.succeeded.rawValue }

    /// The word used in the CLI, on the wire's JSON replies and in the docs.
    public var word: String {
        switch self {
        case .waiting: "waiting"
        case .ready: "ready"
        case .assigned: "assigned"
        case .running: "running"
        case .cancelling: "cancelling"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .impossible: "impossible"
        case .expired: "expired"
        }
    }
}

/// Why an attempt or a task ended as it did. Raw values are those of the wire and the ledger.
public enum Cause: UInt8, Sendable, CaseIterable {
    /// Nothing to explain: it succeeded.
    case none = 0
    /// The body failed: a non-zero exit code, a signal, or a thrown error.
    case failure = 1
    /// It ran longer than its `timeout`.
    case timeout = 2
    /// The engine that held it was lost.
    case engineLost = 3
    /// Somebody asked for it.
    case cancelled = 4
    /// A dependency can no longer be met.
    case dependency = 5
    /// The engine could not start it: program missing, not executable, no such directory, unknown function.
    case notStarted = 6
    /// It ended well, but its result did not decode or was not there.
    case badResult = 7
    /// Every engine that its targets name has left for good.
    case noEngine = 8
    /// It had not ended by its `deadline`.
    case deadline = 9
    /// It had not begun in the time of its `start-within`.
    case startWithin = 10
    /// It was killed because memory was used up.
    case outOfMemory = 11
    /// Its brake stopped it: too many tasks had failed, or all the canaries.
    case brake = 12
    /// Its check says that it cannot run on this engine, or on any.
    case notHere = 13
    /// It was queued in a lane and cleared: behind a task that did not end well, by hand, or because its
    /// engine is gone for good.
    case queueCleared = 15
    /// It succeeded without being run: nothing that it depends on has changed since it last did.
    case unchanged = 16
    /// The time of the engine that held it was over, as at the end of an allocation; at nobody's cost.
    case walltime = 17

    public var word: String {
        switch self {
        case .none: "none"
        case .failure: "failure"
        case .timeout: "timeout"
        case .engineLost: "engine-lost"
        case .cancelled: "cancelled"
        case .dependency: "dependency"
        case .notStarted: "not-started"
        case .badResult: "bad-result"
        case .noEngine: "no-engine"
        case .deadline: "deadline"
        case .startWithin: "start-within"
        case .outOfMemory: "out-of-memory"
        case .brake: "brake"
        case .notHere: "not-here"
        case .queueCleared: "queue-cleared"
        case .unchanged: "unchanged"
        case .walltime: "walltime"
        }
    }
}
