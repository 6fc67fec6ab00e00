/// The scheduler: who runs what, where and when. A pure machine: events and the time come in, actions go out;
/// it has no clock, no socket, no disk and no randomness of its own.
///
/// A turn is: `handle` for each event that has come, then `endTurn` once, which dispatches; then the node
/// carries out the actions. Costs: a result O(log engines), a dispatch O(log engines), an array of any size
/// O(1) until its tasks are sent, a cancelled range O(1) but for a byte a task.
///
/// Words and rules are those of docs/architecture.md; the states and what each may turn into are at
/// `TaskState`.
public struct Scheduler: ~Copyable {
    public let settings: SchedulerSettings
    /// This incarnation of the controller; part of every dispatch's name.
    public let epoch: UInt32

    var jobs = SlotTable<JobRecord>()
    var jobIndex: [UInt32: Int32] = [:]
    var jobByKey: [UniqueKey: Int32] = [:]
    /// By the job of which they do tasks again, oldest first.
    var supersedingJobs: [UInt32: [JobID]] = [:]
    var nextJob: UInt32 = 1
    var endedJobs: [JobID] = []
    var endedJobsHead = 0

    var groups = SlotTable<GroupRecord>()
    var policies = PolicyTable()
    /// Of groups that have one.
    var groupNames: [Int32: String] = [:]
    var groupPoints: [Int32: GroupPoints] = [:]
    var live = SlotTable<LiveTask>()
    var liveIndex = IDMap()

    var engines = SlotTable<EngineRecord>()
    var engineByKey: [UniqueKey: Int32] = [:]
    var engineByID: [UInt32: Int32] = [:]
    var nextEngine: UInt32 = 0
    var order = IndexedHeap<EngineKey>()
    var dispatchCount: UInt64 = 0
    var ready = ReadyQueue()
    var classes = SlotTable<ClassRecord>()
    var classIndex: [PlacementClass: Int32] = [:]
    /// Classes that no engine has room for.
    var blockedClasses: [BlockedClass] = []
    /// Classes that were unblocked while queues were parked with them.
    var openedClasses: [Int32] = []
    /// Queues whose next task has too large a payload for now.
    var asideQueues: [(queue: Int32, generation: UInt32)] = []
    /// Engines that have let something go since the last dispatching.
    var dirtyEngines: [Int32] = []
    /// What is in use of each of the farm's limits.
    var limitsUsed: [UInt64]
    var hasFreedLimits = false
    /// What is kept of each for a class that lacks some; -1: for none.
    var limitsKept: [UInt64]
    var keptClass: Int32 = -1
    var keptPriority: Int32 = 0
    /// In this turn that class was found to want it still.
    var isKeptSought = false
    var dispatchTurns: UInt64 = 0
    /// What was given away of each, all taken together.
    var limitsGiven: [UInt64]
    /// A brake has let something go since the queues were looked at.
    var hasReleased = false
    /// Some have gone for good, and what only they could do has not been judged.
    var hasLostEngines = false
    /// Those that launchers have pending.
    var expectedEngines: [ExpectedEngines] = []

    var brakes = SlotTable<BrakeRecord>()
    var lanes = SlotTable<LaneRecord>()
    /// What was found in this submission: engines by the targets of lanes.
    var laneTargets: [String: Int32] = [:]
    /// Those whose next task may be sent, as far as is known.
    var dirtyLanes: [Int32] = []
    /// Jobs with tasks in lanes that are not known to be safe.
    var lanesToSecure: Set<UInt32> = []
    /// What few live tasks have.
    var extras = SlotTable<TaskExtra>()
    var isFarmPaused = false
    /// Jobs that the ledger calls paused, while it is read.
    var recoveredPauses: Set<UInt32> = []

    var owners: [String] = []
    var ownerIndex: [String: Int32] = [:]
    /// Estimated slot-nanoseconds given to each owner, and how many unfinished tasks each has.
    var service: [Int64] = []
    var ownerUnfinished: [Int] = []
    var unfinished = 0

    /// Unfinished groups whose stragglers may be copied, and when the next copy is due.
    var speculating: Set<Int32> = []
    var speculateAt = Instant.never
    /// Records of `live` that are copies.
    var copies = 0

    /// Tasks that wait for their next try, by when it comes.
    var delays = MinHeap()
    /// Groups with a deadline or a `start-within`, by when it comes.
    var expiries = MinHeap()

    var conditions = SlotTable<Condition>()
    var watches = SlotTable<Watch>()
    var taskWatchers: [UInt64: [ConditionRef]] = [:]
    /// Groups whose conditions were decided and that `settleVerdicts` has still to treat.
    var verdicts: [Verdict] = []
    var verdictsHead = 0

    /// After a restart, until the roster is back or the grace is over.
    var heldUntil: Instant?
    /// When the ledger is told next how long engines have been waited for.
    var awaitTickAt = Instant.never
    /// The ledger is being read: groups are held and nothing is decided.
    var isRecovering = false
    var recoveredCancels: [TaskRange] = []
    var claimedCount = 0
    /// Engines with lower numbers were in the roster when the ledger was read.
    var firstNewEngine: UInt32 = 0

    /// The engine kept free for the first task that needs much and has no room; -1 for none. For which class,
    /// and of what.
    var reserved: Int32 = -1
    var reservedClass: Int32 = -1
    var reservedFor: Shortage = []
    /// Engines that say that they are ranks together.
    var pools = SlotTable<PoolRecord>()
    var poolIndex: [UniqueKey: Int32] = [:]
    /// Ranks that have left and have no successor yet, oldest first; not more than a few.
    var departedRanks: [DepartedRank] = []
    /// Attempts at collective tasks.
    var gangs: [TaskID: Gang] = [:]
    /// Records of `live` that are ranks of gangs.
    var rankRecords = 0
    /// Engines that the next task is sent to, if it is collective: between their choice and the sending.
    var seats: [Int32] = []
    /// What is kept free for the front gang.
    var hold = GangHold()
    /// When the present turn, or the last one, was: how much time engines have left is reckoned from it.
    var turnAt = Instant.zero
    /// Some engine's time has an end.
    var hasTimedEngines = false
    /// When what waits is looked at again, since engines have less time left by then.
    var timeCheckAt = Instant.never
    var rebalanceAt = Instant.never
    var heartbeatCheckAt = Instant.never
    /// When a quarantine ends next.
    var quarantineAt = Instant.never
    /// When any attempt succeeded last.
    var lastSuccessAt = Instant.zero
    /// Prefetched attempts, over all engines.
    var prefetched: Int = 0

    public internal(set) var statistics = SchedulerStatistics()

    /// Keeps the whole in memory: without something of a type that no register can hold, the compiler copies
    /// all its kilobyte for every call of a method that does not change it (15 % of the time, measured).
    private let inPlace: any Sendable = ()

    public init(settings: SchedulerSettings = SchedulerSettings(), epoch: UInt32 = 1) {
        self.settings = settings
        self.epoch = epoch
        limitsUsed = [UInt64](repeating: 0, count: settings.limits.count)
        limitsKept = limitsUsed
        limitsGiven = limitsUsed
    }

    /// Takes one event. Dispatching waits for `endTurn`.
    public mutating func handle(
        _ event: SchedulerEvent, at now: Instant, into actions: inout SchedulerActions
    ) {
        turnAt = now
        switch event {
        case .result(let engine, let hint, let report, let payload):
            result(engine, hint: hint, report, payload, at: now, into: &actions)
        case .started(let engine, let name):
            started(engine, name)
        case .recalled(let engine, let name, let givenBack):
            recalled(engine, name, givenBack: givenBack, at: now, into: &actions)
        case .engineDraining(let engine):
            draining(engine)
        case .submit(let session, let part, let blocks, let owner, let cap):
            submit(session, part, blocks, owner: owner, priorityCap: cap, at: now, into: &actions)
        case .abandon(let key):
            abandon(key, at: now, into: &actions)
        case .cancel(let session, let request, let ranges):
            cancel(session, request: request, ranges, at: now, into: &actions)
        case .engineHello(let session, let info, let principal, let claims):
            engineHello(session, info, principal: principal, claims, at: now, into: &actions)
        case .engineRecorded(let engine):
            engineRecorded(engine)
        case .engineDisconnected(let engine, let session):
            engineDisconnected(engine, session, at: now)
        case .engineDead(let id):
            engineDead(id, at: now, into: &actions)
        case .laneJobRecorded(let job, let tasks):
            laneJobRecorded(job, tasks)
        case .engineBye(let engine):
            engineBye(engine, at: now, into: &actions)
        case .drain(let engine, let leaveNow):
            drain(engine, now: leaveNow, into: &actions)
        case .pause(let job, let isPaused):
            pause(job, isPaused, into: &actions)
        case .enginesExpected(let engines):
            expect(engines, at: now, into: &actions)
        case .timer:
            break
        }
        settleVerdicts(at: now, into: &actions)
    }

    /// Ends a turn: timers that have come, then dispatches, then recalls.
    public mutating func endTurn(at now: Instant, into actions: inout SchedulerActions) {
        turnAt = now
        if nextTimer <= now { timers(at: now, into: &actions) }
        settleVerdicts(at: now, into: &actions)
        if order.isEmpty { endQuarantineOfLast() }
        if !dirtyLanes.isEmpty { pumpLanes(at: now, into: &actions) }
        dispatch(at: now, into: &actions)
        if hasTimedEngines { awaitTimeCheck() }
        speculate(at: now, into: &actions)
        recall(at: now, into: &actions)
    }

    /// When `endTurn` has to be called at the latest; `never` if nothing is timed.
    public var nextTimer: Instant {
        min(
            min(ownTimer, min(quarantineAt, speculateAt)),
            min(timeCheckAt, min(Self.instant(of: delays.first), Self.instant(of: expiries.first))))
    }

    /// The next of the scheduler's own times. Those of tasks may lie long ago when they come in, as after a
    /// restart: that nothing was done then does not mean that this process stood still.
    var ownTimer: Instant {
        min(min(heartbeatCheckAt, rebalanceAt), min(heldUntil ?? .never, awaitTickAt))
    }

    private static func instant(of entry: MinHeap.Entry?) -> Instant {
        entry.map { Instant(nanoseconds: Int64(clamping: $0.key)) } ?? .never
    }

    mutating func ownerNumber(_ owner: String) -> Int32 {
        if let known = ownerIndex[owner] { return known }
        let number = Int32(owners.count)
        owners.append(owner)
        ownerIndex[owner] = number
        service.append(0)
        ownerUnfinished.append(0)
        return number
    }

    /// Books `count` tasks more (or fewer) that have not ended.
    mutating func countUnfinished(_ count: Int, of owner: Int32) {
        unfinished += count
        if count > 0, ownerUnfinished[Int(owner)] == 0 {
            // Who comes, or comes back, starts level with who has had least, not with all of history in its
            // favour.
            var least = Int64.max
            for other in service.indices where ownerUnfinished[other] > 0 {
                least = min(least, service[other])
            }
            if least < .max { service[Int(owner)] = max(service[Int(owner)], least) }
        }
        ownerUnfinished[Int(owner)] += count
    }

    func handle(of slot: Int32) -> EngineHandle {
        EngineHandle(slot: slot, generation: engines.generation(of: slot))
    }

    func contains(_ engine: EngineHandle) -> Bool {
        engines.contains(engine.slot, generation: engine.generation)
    }
}

/// A group whose dependencies were decided.
enum Verdict {
    case conditionMet(ConditionRef)
    case unreachable(ConditionRef)
    /// Tasks were added to a group that is impossible already.
    case dead(Int32)
    /// A brake has had enough.
    case stop(Int32, UInt32)
    /// The end of `root` clears what is queued in its lane behind the task with the number `after`.
    case clear(lane: Int32, generation: UInt32, root: TaskID, after: UInt64)
}
