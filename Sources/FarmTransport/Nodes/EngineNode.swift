public import FarmWire

/// An engine's protocol logic: ``EngineAgent`` and its glue to the wire. Results are kept here, as they were
/// sent, until the controller has recorded them.
///
/// No socket, clock or lock: driven by a `PeerLoop` or by the simulator, on one thread. After each run of
/// calls, `endTurn` hands work to the delegate and sends results, so that what comes together goes together.
/// Each handing out makes one batch object: one a turn, or one an attempt where a slot's thread goes on by
/// itself.
public final class EngineNode: PeerNode {
    /// Results as they were sent.
    struct SentBatch {
        var number: UInt64
        var bytes: [UInt8]
    }

    /// A terminate that waits for the end of the turn, so that the worker hears of the start first.
    struct Termination {
        var token: AttemptToken
        var name: DispatchName
        var reason: StopReason
        var graceNanoseconds: Int64
    }

    public var grant: [UInt8] = []
    /// What the engine says of itself; its slots, CPUs, GPUs and memory are those of the agent's limits.
    public let info: EngineInfo
    /// The present session's welcome; nil while there is none.
    public internal(set) var welcome: WelcomeMessage?
    var agent: EngineAgent

    unowned let sink: any FrameSink
    unowned let delegate: any EngineNodeDelegate

    var spareActions: [EngineAgent.Action] = []
    var scratch: [UInt8] = []
    /// The message that is being taken, if it is a large one.
    var whole: [UInt8]?
    var works = WorkStore()
    var templates: [UInt64: EngineTemplate] = [:]
    /// The group that was looked up last: dispatches come group after group.
    var newestGroup: (key: UInt64, template: EngineTemplate)?

    var builder = WorkBatchBuilder()
    var terminations: [Termination] = []
    /// Whom to interrupt, likewise.
    var interrupts: [(token: AttemptToken, name: DispatchName)] = []
    /// Numbers of lanes, for the agent: those that templates name, or attempts are in.
    var laneNumbers: [String: Int32] = [:]
    var nextLane: Int32 = 0
    var started: [StartedMessage.Entry] = []
    var recalled: [RecalledMessage.Entry] = []
    /// Attempts that were looked up and have no answer yet, by token.
    var lookUps: [UInt64: LookUpMessage.Entry] = [:]
    /// Those of them that this session has not been asked for.
    var unasked: [LookUpMessage.Entry] = []
    var open: [UInt8] = []
    var sent = Fifo<SentBatch>()
    var buffers = BufferPool()
    var hasExited = false
    /// It was told to start anew when it has left.
    public internal(set) var startsAnew = false

    /// An engine with the slots, CPUs, GPUs and memory that `info` tells of. Both others are held unowned.
    public init(
        info: EngineInfo, sink: any FrameSink, delegate: any EngineNodeDelegate,
        limits: EngineAgent.Limits? = nil
    ) {
        var limits = limits ?? EngineAgent.Limits(slots: Int(info.slots), cpus: Int(info.cpus))
        limits.slots = max(1, Int(info.slots))
        limits.cpus = max(1, Int(min(info.cpus, WireLimits.slots)))
        limits.gpus = Int(min(info.gpus, WireLimits.slots))
        limits.memoryBytes = info.memoryBytes
        limits.until = info.until
        self.info = info
        self.sink = sink
        self.delegate = delegate
        agent = EngineAgent(limits: limits)
    }

    /// Whether the controller has let the present session in.
    public var isAttached: Bool { agent.isAttached }
    /// Whether the engine works, drains or leaves.
    public var standing: EngineAgent.Standing { agent.standing }
    /// Attempts that occupy a slot.
    public var runningCount: Int { agent.runningCount }
    /// Dispatches that have not begun.
    public var queuedCount: Int { agent.queuedCount }
    /// Results that are not recorded.
    public var unrecordedCount: Int { agent.unrecordedCount }
    /// All of these.
    public var heldCount: Int { agent.heldCount }
    /// Lanes that it knows: those of the groups that it has work of.
    public var laneCount: Int { laneNumbers.count }
    /// What was ignored or given back.
    public var counters: EngineAgent.Counters { agent.counters }

    public var nextTimer: Instant { agent.nextTimer }

    public func connected(at now: Instant) {
        let left = info.until == .never ? nil : max(0, info.until - now)
        let hello = HelloMessage(engine: info, claims: agent.claims, grant: grant, left: left)
        send(.hello, hello)
    }

    public func disconnected(at now: Instant) {
        let wasAttached = agent.isAttached
        welcome = nil
        started.removeAll(keepingCapacity: true)
        recalled.removeAll(keepingCapacity: true)
        perform(.connectionLost, at: now)
        if wasAttached { delegate.detached() }
    }

    public func tick(at now: Instant) { perform(.timer, at: now) }

    /// Takes nothing new, gives back what has not begun, and leaves when all results are recorded.
    public func drain(at now: Instant) { perform(.drain, at: now) }

    /// As `drain`, and ends what runs.
    public func leaveNow(at now: Instant) { perform(.leaveNow, at: now) }

    public func endTurn(at now: Instant) {
        repeat {
            handOut()
            perform(.endTurn, at: now)
            sendAnswers()
            // A worker that ends its work within `begin` makes room for more.
        } while !builder.isEmpty || !terminations.isEmpty || !interrupts.isEmpty
        if agent.standing == .left, !hasExited {
            hasExited = true
            delegate.exit()
        }
    }

    /// Hands the delegate what has been started, and whom to end, without ending the turn: for a worker that
    /// goes on at once with what an end has made room for, while results wait to be sent together.
    public func handOut() {
        if !builder.isEmpty { delegate.begin(builder.finish()) }
        if !interrupts.isEmpty {
            let orders = interrupts
            interrupts.removeAll()
            for order in orders { delegate.interrupt(order.token, order.name) }
        }
        guard !terminations.isEmpty else { return }
        let orders = terminations
        terminations.removeAll()
        for order in orders {
            delegate.terminate(
                order.token, order.name, reason: order.reason, graceNanoseconds: order.graceNanoseconds)
        }
    }

    /// Something the controller waits for will be sent at the end of the turn.
    public var hasAnswers: Bool { !started.isEmpty || !recalled.isEmpty || !unasked.isEmpty }

    func sendAnswers() {
        if !started.isEmpty {
            send(.started, StartedMessage(entries: started))
            started.removeAll(keepingCapacity: true)
        }
        if !recalled.isEmpty {
            send(.recalled, RecalledMessage(entries: recalled))
            recalled.removeAll(keepingCapacity: true)
        }
        if !unasked.isEmpty {
            if agent.isAttached { send(.lookUp, LookUpMessage(entries: unasked)) }
            unasked.removeAll(keepingCapacity: true)
        }
    }

    func send(_ kind: MessageKind, _ message: some WireMessage) {
        scratch.removeAll(keepingCapacity: true)
        message.encode(into: &scratch)
        sink.send(kind, body: scratch)
    }
}
