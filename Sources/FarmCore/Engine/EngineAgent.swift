/// What an engine decides: which dispatches start when, what is told of them, and what is kept until the
/// controller has recorded it.
///
/// Pure: events in, actions out. Attempts sit in a slot table, results are told in numbered batches, one a
/// turn (more if they are large), and kept until recorded; a new session gets them again, in order. Attempts
/// outlive sessions: losing the controller stops nothing. An event costs O(1) but for `timer` (O(running))
/// and leaving (O(held)); nothing is allocated an attempt once the tables have grown.
public struct EngineAgent: ~Copyable {
    /// How the engine stands to the farm. What each may turn into:
    /// - `working` → `draining`, `leaving`
    /// - `draining` (takes nothing new; leaves when all is recorded) → `leaving`, `left`
    /// - `leaving` (has told its attempts to end) → `left`
    /// - `left` → nothing; all events are ignored
    public enum Standing: UInt8, Sendable {
        case working
        case draining
        case leaving
        case left
    }

    /// Limits of one engine.
    public struct Limits: Equatable, Sendable {
        /// Attempts at once, at least 1.
        public var slots: Int
        /// CPUs that attempts at once may need together, at least 1.
        public var cpus: Int
        /// GPUs that attempts at once may need together.
        public var gpus: Int
        /// Bytes of memory that attempts at once may need together, of those that say how much they do; 0:
        /// any number.
        public var memoryBytes: UInt64
        /// Each attempt is given CPUs of its own by number, not only as many as it needs.
        public var hasCores: Bool
        /// Dispatches held at once, results not yet recorded included; what comes above it is given back. A
        /// hello claims as many at most.
        public var held: Int
        /// A batch of results is closed before it gets larger than this, unless a single result is.
        public var batchBytes: Int
        /// How long an attempt runs before the controller is told that it does: short ones cost nothing.
        public var startedAfterNanoseconds: Int64
        /// Leaving at once: how long recorded results are waited for when all attempts have ended.
        public var leaveNanoseconds: Int64
        /// When the engine leaves at once by itself, before its allocation ends, say; `never` if it does not.
        public var until: Instant

        /// Limits as given, each raised to the least that makes sense; `cpus` is as many as `slots` if left
        /// out.
        public init(
            slots: Int, cpus: Int? = nil, gpus: Int = 0, memoryBytes: UInt64 = 0, hasCores: Bool = false,
            held: Int = 1 << 20,
            batchBytes: Int = 256 << 10,
            startedAfterNanoseconds: Int64 = .milliseconds(50), leaveNanoseconds: Int64 = .seconds(2),
            until: Instant = .never
        ) {
            self.slots = max(1, slots)
            self.cpus = min(max(1, cpus ?? slots), Self.mostCPUs)
            self.gpus = min(max(0, gpus), Self.mostCPUs)
            self.memoryBytes = memoryBytes
            self.hasCores = hasCores
            self.held = max(1, held)
            self.batchBytes = max(1, batchBytes)
            self.startedAfterNanoseconds = max(0, startedAfterNanoseconds)
            self.leaveNanoseconds = max(0, leaveNanoseconds)
            self.until = until
        }

        /// There is one queue for each number of CPUs, so that number is bounded; so is that of GPUs.
        static let mostCPUs = 65_536
    }

    /// What was ignored or given back, for logs and tests.
    public struct Counters: Equatable, Sendable {
        /// Dispatches that were held already.
        public var duplicateDispatches = 0
        /// Ends told of attempts that are not running: told twice, or of an earlier use of the slot.
        public var ignoredFinishes = 0
        /// Dispatches given back unasked: over the limit, draining or leaving.
        public var givenBack = 0
    }

    /// A closed batch of results that is not recorded.
    struct Batch {
        var number: UInt64
        var count: Int
    }

    /// What a result takes of the window beside its payload: its entry's header on the wire.
    static let entryBytes = 64
    static let defaultWindowBytes = 1 << 20

    /// As given.
    public let limits: Limits
    /// How it stands to the farm.
    public internal(set) var standing = Standing.working
    /// Whether the controller has let the present session in.
    public internal(set) var isAttached = false
    /// The number given by the controller; nil before the first welcome.
    public internal(set) var engine: EngineID?
    /// The controller's incarnation, from the newest welcome.
    public internal(set) var epoch: UInt32 = 0
    /// What was ignored or given back so far.
    public internal(set) var counters = Counters()
    /// Bytes of results that are not recorded.
    public internal(set) var unrecordedBytes = 0

    var windowBytes = defaultWindowBytes
    var table = AttemptTable()
    var pending: PendingQueues
    /// Attempts whose lane is not free yet, in the order in which they came, and lanes that are taken.
    var waitingInLanes = AttemptList()
    var takenLanes: Set<Int32> = []
    /// Running and stopping attempts in the order in which they began.
    var running = AttemptList()
    /// The first of `running` whose beginning has not been told in this session.
    var firstUntold = Attempt.none
    var freeCPUs: Int
    var freeMemory: UInt64
    /// Without places if attempts are not given CPUs by number.
    var cores: IdentityPool
    var gpus: IdentityPool
    /// Finished attempts: those of closed batches first, then the open batch's.
    var finished = AttemptList()
    var batches = Fifo<Batch>()
    var nextBatch: UInt64 = 1
    var openCount = 0
    var openBytes = 0
    var nextOrder: UInt64 = 0
    /// Running attempts with a timeout, not counting those being stopped.
    var timedCount = 0
    /// Not later than the first deadline of a timed attempt; early when that one has ended meanwhile.
    var nextTimeout = Instant.never
    var leaveDeadline = Instant.never

    /// An engine that holds nothing and has no session.
    public init(limits: Limits) {
        self.limits = limits
        freeCPUs = limits.cpus
        freeMemory = limits.memoryBytes == 0 ? .max : limits.memoryBytes
        cores = IdentityPool(count: limits.hasCores ? limits.cpus : 0)
        gpus = IdentityPool(count: limits.gpus)
        pending = PendingQueues(cpus: limits.cpus)
    }

    /// Dispatches that have not begun.
    public var queuedCount: Int { pending.count + waitingInLanes.count }
    /// Attempts that run, those in lanes too.
    public var runningCount: Int { running.count }
    /// Results that are not recorded.
    public var unrecordedCount: Int { finished.count }
    /// All of these.
    public var heldCount: Int { table.count }

    /// Whose token it is; nil if the attempt is not running (any more).
    public func name(of token: AttemptToken) -> DispatchName? {
        guard let slot = table.slot(of: token) else { return nil }
        return table[slot].phase == .running || table[slot].phase == .stopping ? table[slot].name : nil
    }

    /// The CPUs that a running attempt has to itself.
    public func cores(of token: AttemptToken) -> IdentitySet {
        guard limits.hasCores, let slot = table.slot(of: token) else { return .none }
        return cores.set(table[slot].cores)
    }

    /// The GPUs that a running attempt has to itself.
    public func gpus(of token: AttemptToken) -> IdentitySet {
        guard limits.gpus > 0, let slot = table.slot(of: token) else { return .none }
        return gpus.set(table[slot].gpuPlaces)
    }

    /// Takes one event and appends what has to be done about it.
    public mutating func handle(_ event: Event, at now: Instant, into actions: inout [Action]) {
        guard standing != .left else { return ignore(event, into: &actions) }
        switch event {
        case .welcomed(let engine, let epoch, let windowBytes):
            welcome(engine, epoch: epoch, windowBytes: windowBytes, into: &actions)
        case .connectionLost:
            isAttached = false
        case .dispatched(
            let name, let hint, let cpus, let gpus, let memory, let lane, let timeout, let grace, let lasting,
            let work):
            var attempt = Attempt(
                name: name, hint: hint, work: work, order: nextOrder, timeoutNanoseconds: timeout,
                graceNanoseconds: max(0, grace), lastingNanoseconds: lasting,
                cpus: Int32(clamping: max(1, cpus)),
                gpus: Int32(clamping: gpus), memoryBytes: limits.memoryBytes == 0 ? 0 : memory)
            if lane >= 0 {
                (attempt.lane, attempt.cpus, attempt.gpus, attempt.memoryBytes) = (lane, 0, 0, 0)
            }
            take(attempt, into: &actions)
        case .recall(let name):
            recall(name, into: &actions)
        case .stop(let name):
            stop(name, at: now, into: &actions)
        case .interrupt(let name):
            interrupt(name, into: &actions)
        case .finished(let token, let report, let payloadBytes):
            finish(token, report, payloadBytes: payloadBytes, at: now, into: &actions)
        case .recorded(let batch):
            forget(through: batch, into: &actions)
        case .endTurn:
            closeBatch(into: &actions)
        case .drain:
            drain(into: &actions)
        case .leaveNow:
            leaveNow(at: now, into: &actions)
        case .timer:
            timer(at: now, into: &actions)
        }
        if waitingInLanes.count > 0 { startInLanes(at: now, into: &actions) }
        if pending.count > 0 { startWhatFits(at: now, into: &actions) }
        if standing != .working { leaveIfDone(into: &actions) }
    }

    private mutating func ignore(_ event: Event, into actions: inout [Action]) {
        switch event {
        case .dispatched(_, _, _, _, _, _, _, _, _, let work): actions.append(.releaseWork(work))
        case .finished: counters.ignoredFinishes += 1
        default: break
        }
    }
}
