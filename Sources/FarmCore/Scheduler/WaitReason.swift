/// Why a task has not ended, from the scheduler's own state.
public enum WaitReason: Equatable, Sendable {
    /// Conditions not met: tasks counted so far, of how many needed.
    case dependencies([String])
    case heldForRecovery(until: Instant)
    /// Its next try comes then.
    case delayed(until: Instant)
    /// Nothing of the job is sent, or, if it is nil, of any.
    case paused(JobID?)
    /// Its brake holds it back: why.
    case braked(String)
    /// So much of a farm-wide limit is in use, of how much; it needs so much. `kept`: as much is kept for a
    /// task that goes before it.
    case limit(String, used: UInt64, of: UInt64, needed: UInt64, kept: UInt64 = 0)
    case noEngines
    /// Those that are here are not in the ledger's roster yet.
    case enginesJoining
    /// None of the engines can take it, whatever else they do: what each lacks.
    case noEngineCan([EngineObjection])
    /// Tasks are before it, or what it needs is in use: what each engine that could take it lacks now.
    case queued(QueuePlace, [EngineObjection])
    /// It is queued in a lane.
    case inLane(LanePlace)
    /// Of a collective task: no pool that is here, or may come back, has as many ranks that can run it.
    case noPoolCan([PoolChance])
    /// It waits until as many ranks of one pool as it needs have room at the same moment.
    case waitsForRanks(QueuePlace, [PoolChance])
    /// So many of its ranks have not ended: their engines.
    case atRanks([EngineID], of: Int, attempt: UInt32)
    /// `copy`: where a copy of the attempt is, and its number.
    case atEngine(EngineID, name: String, attempt: UInt32, copy: AttemptCopy? = nil)
    case cancelling(EngineID, name: String)
    case ended(TaskState)
}

/// A copy of a straggler.
public struct AttemptCopy: Equatable, Sendable {
    public var engine: EngineID
    public var attempt: UInt32

    public init(engine: EngineID, attempt: UInt32) {
        self.engine = engine
        self.attempt = attempt
    }
}

/// What speaks against an engine, in words.
public struct EngineObjection: Equatable, Sendable {
    public var id: EngineID
    public var name: String
    public var objection: String
    /// It is quarantined until then; nil if it is not.
    public var until: Instant?
    /// It could take the task, but for the time that it has left.
    public var isShortOfTime: Bool

    public init(
        id: EngineID, name: String, objection: String, until: Instant? = nil, isShortOfTime: Bool = false
    ) {
        self.id = id
        self.name = name
        self.objection = objection
        self.until = until
        self.isShortOfTime = isShortOfTime
    }
}

/// Whose turn it is before a task that waits for room.
public struct QueuePlace: Equatable, Sendable {
    /// Tasks that are ready, of all jobs.
    public var ready: Int
    /// Of the task's own job and priority, those that go before it; about, if some were tried before.
    public var before: UInt64
    /// Ready tasks of a higher priority are there.
    public var isOutranked: Bool
    /// Other owners, and other jobs of this owner, with tasks ready at this priority: they take turns.
    public var otherOwners: Int
    public var otherJobs: Int
}
