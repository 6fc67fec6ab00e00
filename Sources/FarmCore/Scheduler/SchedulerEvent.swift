/// A payload block that the node keeps for the scheduler; released when all its tasks are terminal.
public struct BlockRef: Hashable, Sendable {
    public var raw: UInt32
    public init(_ raw: UInt32) { self.raw = raw }
    public static let none = BlockRef(.max)
}

/// Where the node finds the payload of a result within the turn; the scheduler hands it back unread.
public struct PayloadRef: Hashable, Sendable {
    public var raw: UInt64
    public init(_ raw: UInt64) { self.raw = raw }
    public static let none = PayloadRef(.max)
    /// That of the rank which speaks for its gang, as the node has kept it: the first that did not succeed,
    /// else the first of all.
    public static let ofGang = PayloadRef(.max - 1)
}

/// An attached engine, by its slot in the scheduler's table; given in `engineWelcome`.
public struct EngineHandle: Hashable, Sendable {
    public var slot: Int32
    /// Tells it from an engine that had the slot before.
    public var generation: UInt32

    public init(slot: Int32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }
}

/// What happens to the scheduler. After a turn's events the node calls `endTurn` once.
public enum SchedulerEvent {
    /// An engine said hello, with what it still holds. `principal` is who it proved to be.
    case engineHello(SessionID, EngineInfo, principal: String, claims: [Claim])
    /// The fact that it joined is safe: it may be given tasks from now on. Wanted once for each engine that
    /// was welcomed as new.
    case engineRecorded(EngineHandle)
    /// The job's first so many tasks are safe: those in lanes may be sent. Wanted once for each
    /// `laneJobAccepted`.
    case laneJobRecorded(JobID, tasks: UInt32)
    /// Its connection broke; it may come back.
    case engineDisconnected(EngineHandle, SessionID)
    /// It said that it leaves.
    case engineBye(EngineHandle)
    /// A part of a submission; `blocks` are the payload blocks, one a group, of its groups.
    case submit(SessionID, SubmissionPart, blocks: [BlockRef], owner: String, priorityCap: Int32)
    /// Whoever submits it will not send its missing parts: what has not been entered is dropped, and no more
    /// is taken.
    case abandon(UniqueKey)
    /// An attempt ended. `hint` is what the dispatch carried.
    case result(EngineHandle, hint: UInt64, AttemptReport, PayloadRef)
    /// An attempt has begun and is still running.
    case started(EngineHandle, DispatchName)
    /// The answer to a recall: given back, or begun already.
    case recalled(EngineHandle, DispatchName, givenBack: Bool)
    /// An engine that is expected back after a restart is known to be dead.
    case engineDead(EngineID)
    /// The engine takes nothing new, because it was told to leave by somebody else.
    case engineDraining(EngineHandle)
    /// Cancel `count` tasks from each first one on.
    case cancel(SessionID, request: UInt64, [TaskRange])
    /// Send the engine nothing new; `now`: have it stop what it runs and leave.
    case drain(EngineID, now: Bool)
    /// Send nothing more of the job, or of any if it is nil; false: go on. Attempts that have begun run to
    /// their end.
    case pause(JobID?, Bool)
    /// Engines that launchers have asked for and that are not here yet: all there are, by this news.
    case enginesExpected([ExpectedEngines])
    /// Time has come to `nextTimer`.
    case timer
}

/// `count` tasks of one job from `first` on; `wholeJob` stands for all that there are.
public struct TaskRange: Hashable, Sendable {
    public var first: TaskID
    public var count: UInt32

    public init(first: TaskID, count: UInt32) {
        self.first = first
        self.count = count
    }

    public static let wholeJob = UInt32.max

    public init(job: JobID) { self.init(first: TaskID(job, 0), count: Self.wholeJob) }
}
