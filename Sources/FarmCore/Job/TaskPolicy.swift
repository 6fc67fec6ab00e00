/// How often a task is tried again, by cause; each cause has a budget of its own (conformance 23).
public struct RetryPolicy: Equatable, Sendable {
    /// Attempts after the first that may follow a failure of the body. Default 0.
    public var failure: UInt32
    /// Attempts after the first that may follow a timeout. Default 0.
    public var timeout: UInt32
    /// Attempts that may follow the loss of an engine. Default 5.
    public var engineLost: UInt32

    public init(failure: UInt32 = 0, timeout: UInt32 = 0, engineLost: UInt32 = 5) {
        self.failure = failure
        self.timeout = timeout
        self.engineLost = engineLost
    }
}

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
    /// Engines that may take it, by name or by number; empty for any.
    public var targets: [String]

    public init(
        priority: Int32 = 0, retry: RetryPolicy = RetryPolicy(), needs: Needs = Needs(),
        timeoutNanoseconds: Int64 = 0, graceNanoseconds: Int64 = .seconds(5), targets: [String] = []
    ) {
        self.priority = priority
        self.retry = retry
        self.needs = needs
        self.timeoutNanoseconds = timeoutNanoseconds
        self.graceNanoseconds = graceNanoseconds
        self.targets = targets
    }
}
