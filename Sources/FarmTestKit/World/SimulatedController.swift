/// The controller's life: a node and its sessions, which end with a crash, and the ledger, which does not.
final class SimulatedController {
    let network: MemoryNetwork
    let ledger: SimulatedLedger
    let witness: Witness
    private let plan: SimulationPlan
    private var random: SimulationRandom
    private(set) var node: ControllerNode?
    private(set) var tap: ControllerTap?
    private let log = ControllerLog()
    /// When the turn is to be ended: at once, or when some more has come.
    private(set) var turnAt = Instant.never
    /// Turns that were ended.
    private(set) var turns = 0
    private(set) var restarts = 0
    private(set) var startedAt = Instant.zero
    /// Statistics of the lives that are over.
    private(set) var past: [SchedulerStatistics] = []

    init(_ network: MemoryNetwork, _ witness: Witness, _ plan: SimulationPlan, _ random: SimulationRandom) {
        self.network = network
        self.witness = witness
        log.onQuarantine = { witness.quarantined($0) }
        log.onLoss = { witness.lost($0) }
        self.plan = plan
        self.random = random
        var disk = SimulationRandom(seed: plan.seed &+ 0xD15C)
        ledger = SimulatedLedger(
            witness, memoryLimitBytes: plan.ledgerMemoryBytes,
            countsAll: plan.node.outcomeLimitBytes < 1 << 20
        ) {
            disk.time(plan.commitDelay)
        }
    }

    /// Engines that the controller gave up in this life, by number.
    var lostEngines: Set<UInt32> { log.lost }
    var isUp: Bool { node != nil }

    func start() {
        let tap = ControllerTap(witness) { [unowned self] in touched() }
        network.startController(tap)
        tap.desk = network.desk
        log.reset()
        ledger.disk.now = network.now
        ledger.reopen()
        witness.now = network.now
        let node = ControllerNode(
            scheduler: plan.scheduler, settings: plan.node, ledger: ledger, sink: tap, at: network.now)
        // As the shell does before it lets anybody in: the new epoch has to be safe before it is used.
        _ = ledger.disk.flush()
        node.delegate = log
        tap.node = node
        self.tap = tap
        self.node = node
        startedAt = network.now
        turnAt = network.now
    }

    /// As if killed, power lost: what was not safe is gone.
    func crash() {
        if let node { past.append(node.scheduler.statistics) }
        restarts += 1
        network.stopController()
        node = nil
        tap = nil
        turnAt = .never
        ledger.disk.crash()
        ledger.reopen()
        witness.crashed(ledger)
    }

    /// Something was asked of the node from outside.
    func endTurnSoon() { turnAt = network.now }

    private func touched() {
        let wait = plan.turnDelay > 0 && random.chance(50) ? random.time(0...plan.turnDelay) : 0
        turnAt = min(turnAt, network.now + wait)
    }

    /// When something is to be done here.
    var nextTime: Instant {
        guard let node else { return .never }
        return min(min(turnAt, node.nextTimer), ledger.disk.nextDue)
    }

    func begin(at now: Instant) {
        ledger.disk.now = now
        witness.now = now
        node?.begin(at: now)
    }

    /// Does what is due; true if a turn was ended.
    func run(at now: Instant) -> Bool {
        begin(at: now)
        if ledger.disk.nextDue <= now {
            ledger.disk.settle()
            node?.release()
        }
        guard let node else { return false }
        defer { network.watchDesk() }
        guard turnAt <= now || node.nextTimer <= now else { return false }

        turnAt = .never
        turns += 1
        node.endTurn(at: now)
        let engines = node.scheduler.engineSummaries
        var suspects: [UInt32: Witness.Suspicion] = [:]
        for engine in engines {
            guard let until = engine.quarantinedUntil else { continue }
            suspects[engine.id.raw] = .init(until: until, isOnTrial: engine.isProbing)
        }
        witness.turnEnded(takers: engines.filter(\.takesTasks).map(\.id.raw), suspects: suspects)
        return true
    }
}

extension EngineSummary {
    /// It is given whatever it has room for.
    fileprivate var takesTasks: Bool { presence == "attached" && !isDraining && quarantinedUntil == nil }
}

/// What the controller tells its log.
private final class ControllerLog: ControllerNodeDelegate {
    private(set) var lost: Set<UInt32> = []
    /// Told of each engine that was quarantined.
    var onQuarantine: ((EngineID) -> Void)?

    /// Told of each engine that was given up.
    var onLoss: ((EngineID) -> Void)?

    func reset() { lost = [] }

    func answer(_ json: [UInt8], from client: ClientIdentity) -> (WireCode, [UInt8]) { (.ok, json) }
    func output(_ name: DispatchName, _ stream: OutputMessage.Stream, offset: UInt64, _ bytes: [UInt8]) {}
    func outputEnded(_ task: TaskID) {}
    func jobEnded(_ job: JobID) {}
    func jobForgotten(_ job: JobID) {}

    func log(_ event: ControllerLogEvent) {
        if case .engineLost(let id, _, _, _) = event {
            lost.insert(id.raw)
            onLoss?(id)
        }
        if case .engineQuarantined(let id, _, _, _) = event { onQuarantine?(id) }
    }
}
