/// What the scheduler must know of every task of a group.
public struct TaskPolicy: Equatable, Sendable {
    // In an order that leaves few gaps: what is decoded takes only a few times its bytes on the wire.
    public var retry: RetryPolicy
    /// Higher goes first; capped by the submitter's capability. Default 0.
    public var priority: Int32
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
    /// Engines that may take it, by name, number or tag; empty for any.
    public var targets: [String]
    public var brake: Brake
    /// Where it has to run; nil for anywhere.
    public var follow: Follow?
    /// Tasks whose results its template names, by rising name.
    public var results: [NamedResult] = []
    /// Running it twice does no harm: when it takes much longer than others of its group, a copy may run on
    /// an idle slot, and the first to succeed counts.
    public var speculate: Bool
    /// A task of which nothing has changed since it last succeeded is not run again. Which those are the
    /// engines find out (docs/protocol.md, "look-up").
    public var skipsUnchanged = false
    /// The lane that it is queued in, on the one engine that `targets` names; empty for none.
    public var lane: String
    /// So many ranks of one pool run it together, or all of them if it is 0; nil: one engine runs it. What it
    /// needs, each rank needs.
    public var collective: UInt32?

    public init(
        priority: Int32 = 0, retry: RetryPolicy = RetryPolicy(), needs: Needs = Needs(),
        timeoutNanoseconds: Int64 = 0, graceNanoseconds: Int64 = .seconds(5), targets: [String] = [],
        deadline: Deadline = .none, startWithinNanoseconds: Int64 = 0, estimateNanoseconds: Int64 = 0,
        recoveries: [Recovery] = [], brake: Brake = Brake(), speculate: Bool = false, follow: Follow? = nil,
        collective: UInt32? = nil, lane: String = ""
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
        self.brake = brake
        self.speculate = speculate
        self.follow = follow
        self.lane = lane
        self.collective = collective
    }

    /// That of the recovery of this number, from 1, or the task's own for 0.
    func retry(inStage stage: UInt8) -> RetryPolicy {
        stage == 0 ? retry : recoveries[Int(stage) - 1].retry
    }

    /// Nanoseconds after which an attempt has ended, by its `estimate` or its `timeout`, whichever is less; 0
    /// if nothing is said.
    ///
    /// - Parameter stage: the recovery that it belongs to, from 1, of which no estimate speaks; 0: the task.
    public func longest(inStage stage: UInt8 = 0) -> Int64 {
        guard stage == 0 else { return recoveries[Int(stage) - 1].timeoutNanoseconds }
        guard estimateNanoseconds > 0, timeoutNanoseconds > 0 else {
            return max(estimateNanoseconds, timeoutNanoseconds)
        }
        return min(estimateNanoseconds, timeoutNanoseconds)
    }

    /// Bytes of memory that an attempt needs after so many that ran out of it.
    public func memoryBytes(raises: UInt8, stage: UInt8) -> UInt64 {
        guard raises > 0, needs.memoryBytes > 0 else { return needs.memoryBytes }
        let factor = retry(inStage: stage).memoryFactor
        var bytes = Double(needs.memoryBytes)
        for _ in 0..<raises { bytes = min((bytes * factor).rounded(.up), Double(Needs.mostBytes)) }
        return UInt64(bytes)
    }
}
