/// What the node has to do after a turn. Three arrays rather than one, so that the two hot kinds stay small
/// and lie together; within each the order is that of the decisions. Reused from turn to turn.
public struct SchedulerActions {
    /// Send a task to an engine.
    public struct Dispatch {
        public var engine: EngineHandle
        public var name: DispatchName
        /// Comes back in the result and saves a look-up.
        public var hint: UInt64
        /// The group's number in its job, above it the recovery and how often the need for memory was
        /// raised: together the name of what is to be done on the wire.
        public var group: UInt32
        /// The recovery that the attempt belongs to, from 1; 0: the task itself.
        public var stage: UInt8 { Self.stage(group) }
        /// How often its need for memory was raised.
        public var raises: UInt8 { UInt8(group >> Self.raiseShift) }

        public static func stage(_ group: UInt32) -> UInt8 { UInt8(group >> Self.recoveryShift & 7) }
        /// A job has fewer groups than 1 << this.
        public static let recoveryShift: UInt32 = 24
        /// Above three bits for the recovery.
        public static let raiseShift: UInt32 = 27
        public static let mostRaises: UInt32 = 31
        /// The group in the scheduler's table, for `dispatchDetails`.
        public var groupSlot: Int32
        /// Index in the group.
        public var index: UInt32
        public var block: BlockRef
        /// Position in the block.
        public var blockIndex: UInt32
    }

    /// Send one rank of a collective task to its engine; all of a gang come in the same turn.
    public struct GangDispatch {
        public var dispatch: Dispatch
        public var seat: GangSeat
    }

    /// Append to the job's outcome log.
    public struct Outcome {
        public var entry: OutcomeEntry
        public var payload: PayloadRef
    }

    /// Everything that is not a dispatch or an outcome.
    public enum Control: Equatable {
        /// `follows`: the session is to get the job's completions from the beginning on.
        case accepted(
            SessionID, key: UniqueKey, part: UInt32, job: JobID, tasks: UInt32, follows: Bool)
        case refused(SessionID, key: UniqueKey, part: UInt32, SubmissionRefusal)
        case engineWelcome(SessionID, EngineHandle, EngineID, isNew: Bool)
        case engineRefused(SessionID, String)
        /// Its place in its pool is not free, as it may be before long: have it try again.
        case engineHasToWait(SessionID, String)
        /// Give this back if it has not begun.
        case recall(EngineHandle, DispatchName)
        /// Stop this attempt; it is cancelled, or no longer wanted here.
        case stop(EngineHandle, DispatchName)
        /// Interrupt this attempt, if it runs.
        case interrupt(EngineHandle, DispatchName)
        /// Some of the job's first so many tasks are in lanes: they wait until those are safe, for what is
        /// sent before could be sent again after a crash.
        case laneJobAccepted(JobID, tasks: UInt32)
        case leave(EngineHandle, now: Bool)
        /// Leave at once, and start anew: the pool that it is a rank of is broken.
        case startAnew(EngineHandle)
        /// Its attempts were given up; for the log.
        case engineLost(EngineID, name: String, GivenUpAttempts, reason: String)
        /// The rank of this engine has gone, and so many others of its pool start anew; for the log.
        case poolBroken(PoolSeat, EngineID, restarted: Int)
        case engineGone(EngineID, EngineHandle)
        /// It gets nothing until then, after so many fast failures in a row; for the log.
        case engineQuarantined(EngineID, name: String, failures: UInt32, until: Instant)
        /// Its trial went well; for the log.
        case engineReturned(EngineID, name: String)
        /// The engine was given up while its connection stands: have it say hello anew.
        case resetSession(SessionID)
        case cancelReport(SessionID, request: UInt64, CancelReport)
        case releaseBlock(BlockRef)
        case jobEnded(JobID)
        /// The oldest ended job is forgotten.
        case forgetJob(JobID)
        case fact(LedgerFact)
        /// The dispatches held after a restart are free now; for the log.
        case recoveryEnded(claimed: Int, requeued: Int)
    }

    public var dispatches: [Dispatch] = []
    public var gangs: [GangDispatch] = []
    public var outcomes: [Outcome] = []
    public var controls: [Control] = []

    public init() {}

    public var isEmpty: Bool {
        dispatches.isEmpty && gangs.isEmpty && outcomes.isEmpty && controls.isEmpty
    }

    /// Empties the arrays and keeps their storage.
    public mutating func removeAll() {
        dispatches.removeAll(keepingCapacity: true)
        if !gangs.isEmpty { gangs.removeAll() }
        outcomes.removeAll(keepingCapacity: true)
        controls.removeAll(keepingCapacity: true)
    }
}

/// Why a submission was not taken; nothing of it is queued.
public struct SubmissionRefusal: Error, Equatable, Sendable {
    /// What kind of thing is wrong.
    public enum Code: Sendable {
        case badSubmission
        case unknownDependency
        case cycle
        case limit
        /// The job takes no more parts.
        case closed
        /// New work cannot be recorded at the moment.
        case unavailable
        /// The submitter's role does not let it.
        case notPermitted
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// What became of a cancel: each task named falls into exactly one of these.
public struct CancelReport: Equatable, Sendable {
    /// Terminal at once: it had not been sent.
    public var cancelled: UInt64 = 0
    /// Sent already: its engine was told.
    public var cancelling: UInt64 = 0
    /// A cancel was on its way already, or had succeeded.
    public var alreadyCancelled: UInt64 = 0
    /// Had ended otherwise.
    public var alreadyEnded: UInt64 = 0
    /// No such task.
    public var unknown: UInt64 = 0

    public init() {}
}
