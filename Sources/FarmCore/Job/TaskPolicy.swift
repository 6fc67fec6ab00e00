/// What a task takes from its engine while it is there.
public struct Needs: Hashable, Sendable {
    /// CPUs, at least 1; an engine offers as many as it has declared.
    public var cpus: UInt32

    public init(cpus: UInt32 = 1) { self.cpus = cpus }
}

/// What the scheduler must know of every task of a group.
public struct TaskPolicy: Equatable, Sendable {
    /// Higher goes first; capped by the submitter's capability. Default 0.
    public var priority: Int32
    public var retry: RetryPolicy
    public var needs: Needs
    /// Nanoseconds that an attempt may run; 0 for no limit. The engine enforces it.
    public var timeoutNanoseconds: Int64
    /// Nanoseconds between TERM and KILL.
    public var graceNanoseconds: Int64
    /// Until when it must have ended.
    public var deadline: Deadline
    /// Nanoseconds from the job's submission in which its first attempt must have begun, else it expires; 0
    /// for no limit.
    public var startWithinNanoseconds: Int64
    /// Nanoseconds that an attempt is thought to take; 0 if nobody knows.
    public var estimateNanoseconds: Int64
    /// What follows, in this order, when all tries have failed.
    public var recoveries: [Recovery]
    /// Engines that may take it, by name or by number; empty for any.
    public var targets: [String]

    public init(
        priority: Int32 = 0, retry: RetryPolicy = RetryPolicy(), needs: Needs = Needs(),
        timeoutNanoseconds: Int64 = 0, graceNanoseconds: Int64 = .seconds(5), targets: [String] = [],
        deadline: Deadline = .none, startWithinNanoseconds: Int64 = 0, estimateNanoseconds: Int64 = 0,
        recoveries: [Recovery] = []
    ) {
        self.priority = priority
        self.retry = retry
        self.needs = needs
        self.timeoutNanoseconds = timeoutNanoseconds
        self.graceNanoseconds = graceNanoseconds
        self.targets = targets
        self.deadline = deadline
        self.startWithinNanoseconds = startWithinNanoseconds
        self.estimateNanoseconds = estimateNanoseconds
        self.recoveries = recoveries
    }
}
