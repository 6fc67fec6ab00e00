/// Names one sending of one task to one engine. A result counts only if its dispatch is in the task's live
/// set.
public struct DispatchName: Hashable, Sendable {
    public var task: TaskID
    /// From 1.
    public var attempt: UInt32
    /// The controller's incarnation in which it was sent.
    public var epoch: UInt32

    public init(task: TaskID, attempt: UInt32, epoch: UInt32) {
        self.task = task
        self.attempt = attempt
        self.epoch = epoch
    }
}

/// The fixed part of what an engine says of an attempt that ended; the payload (value, error, output) stays
/// apart.
public struct AttemptReport: Equatable, Sendable {
    public var name: DispatchName
    /// `succeeded`, `failed` or `cancelled`.
    public var state: TaskState
    public var cause: Cause
    /// Exit code, or minus the signal's number; 0 for functions.
    public var exitCode: Int32
    /// When the attempt began, by the engine's clock; `zero` if it never did.
    public var startedAt: Instant
    /// Nanoseconds from its beginning to its end.
    public var durationNanoseconds: Int64
    /// User and system CPU nanoseconds of the attempt's process tree; 0 for functions.
    public var cpuNanoseconds: Int64
    /// Peak resident memory in KiB; 0 for functions, and where the kernel cannot tell it from the engine's
    /// own.
    public var peakMemoryKiB: UInt32
    /// Of a failure: the error's type or name, if it has one. It travels in the payload.
    public var errorName = ""

    public init(
        name: DispatchName, state: TaskState, cause: Cause = .none, exitCode: Int32 = 0,
        startedAt: Instant = .zero,
        durationNanoseconds: Int64 = 0, cpuNanoseconds: Int64 = 0, peakMemoryKiB: UInt32 = 0
    ) {
        self.name = name
        self.state = state
        self.cause = cause
        self.exitCode = exitCode
        self.startedAt = startedAt
        self.durationNanoseconds = durationNanoseconds
        self.cpuNanoseconds = cpuNanoseconds
        self.peakMemoryKiB = peakMemoryKiB
    }
}

/// One entry of a job's outcome log: what clients are told, in the order in which it was committed.
///
/// The position of an entry in its job's log is the *cursor* that clients keep.
public struct OutcomeEntry: Equatable, Sendable {
    public enum Kind: UInt8, Sendable {
        /// A task reached its terminal state.
        case terminal = 0
        /// An attempt ended and the task will be tried again.
        case attempt = 1
        /// `count` tasks from `task` on reached `state` together, without a payload.
        case range = 2
        /// All of the job's parts are in: `count` is its number of tasks.
        case sealed = 3
        /// One rank of a collective task's attempt ended; what comes of the attempt follows when all have.
        case rank = 4
        /// One failure of the task, mostly that of `attempt`, has cost it nothing: its engine was quarantined.
        case forgiven = 5
    }

    public var kind: Kind
    public var task: TaskID
    /// Tasks covered; 1 but for `range` and `sealed`.
    public var count: UInt32
    public var state: TaskState
    public var cause: Cause
    /// The attempt that ended; 0 if none was made.
    public var attempt: UInt32
    public var engine: EngineID
    public var exitCode: Int32
    /// Controller's clock, as near as can be told: the engine's own times moved so that
    /// submitted ≤ started ≤ ended (conformance 41); `zero` if it never started.
    public var startedAt: Instant
    public var endedAt: Instant
    public var cpuNanoseconds: Int64
    public var peakMemoryKiB: UInt32
    /// Of an attempt: the recovery that the next one belongs to, from 1; 0 for the task itself.
    public var stage: UInt8 = 0
    /// Of a `rank`: which of those that took part, from 0.
    public var rank: UInt16 = 0
    /// For `impossible`: the first ancestor that ended otherwise than was asked; for what was cleared from a
    /// lane's queue: the task whose end cleared it; else the task itself.
    public var root: TaskID

    public init(
        kind: Kind, task: TaskID, count: UInt32 = 1, state: TaskState, cause: Cause = .none,
        attempt: UInt32 = 0,
        engine: EngineID = .none, exitCode: Int32 = 0, startedAt: Instant = .zero, endedAt: Instant = .zero,
        cpuNanoseconds: Int64 = 0, peakMemoryKiB: UInt32 = 0, root: TaskID? = nil
    ) {
        self.kind = kind
        self.task = task
        self.count = count
        self.state = state
        self.cause = cause
        self.attempt = attempt
        self.engine = engine
        self.exitCode = exitCode
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.cpuNanoseconds = cpuNanoseconds
        self.peakMemoryKiB = peakMemoryKiB
        self.root = root ?? task
    }
}
