/// A whole farm in one thread under virtual time: the real controller node, engine nodes and client nodes
/// with the real sessions and wire messages between them, and faults. All chance comes from one seed.
///
/// After each thing that happens the invariants are looked at; the first that does not hold ends the
/// simulation. At the end everything heals and all work has to come to its end, leaving nothing behind.
public final class Simulation {
    public let plan: SimulationPlan
    let network: MemoryNetwork
    let witness = Witness()
    let controller: SimulatedController
    private(set) var engines: [SimulatedEngine] = []
    private(set) var clients: [SimulatedClient] = []
    private var agenda = Agenda()
    /// What happens within nodes' calls.
    var random: SimulationRandom
    /// What the plan does.
    var fate: SimulationRandom
    /// What is interrupted and cleared.
    var laneFate: SimulationRandom
    /// How long after their time engines are killed.
    var timeFate: SimulationRandom
    private(set) var events = 0
    private let isTracing: Bool
    /// The trace is given whole.
    var tellsAll = false
    private var traced: [String] = []
    /// Jobs that clients know to be accepted, in that order.
    private(set) var knownJobs: [(id: JobID, tasks: UInt32)] = []
    var cancelledJobs: Set<UInt32> = []
    /// When a fault began or ended last: what must be quick is quick only without.
    var disturbedAt = Instant.zero
    /// Faults are over.
    var isHealed = false
    /// Since when the controller knows of room at an engine, by the engine's number.
    var idleSince: [UInt32: Instant] = [:]
    /// What runs where at the controller's last crash.
    var heldAtCrash: [TaskID: (name: DispatchName, key: UniqueKey)] = [:]

    static let beginning = Instant(nanoseconds: .seconds(1_000_000))

    /// Prepares the simulation of the seed.
    public init(plan: SimulationPlan, isTracing: Bool = false) {
        self.plan = plan
        self.isTracing = isTracing
        var seeds = SimulationRandom(seed: plan.seed ^ 0x5EED)
        var delays = seeds.split()
        network = MemoryNetwork(limits: plan.sessions, at: Self.beginning) { delays.time(plan.delay) }
        controller = SimulatedController(network, witness, plan, seeds.split())
        laneFate = SimulationRandom(seed: plan.seed ^ 0x1A4E)
        timeFate = SimulationRandom(seed: plan.seed ^ 0x7133)
        random = seeds.split()
        fate = seeds.split()
        witness.limits = plan.scheduler.limits
        witness.holdObjection = { [unowned self] in holdObjection($0) }
    }

    /// Runs the simulation of a seed; if it fails, once more for the trace of what happened before.
    /// - Throws: what was wrong.
    @discardableResult
    public static func run(seed: UInt64, isTracing: Bool = false) throws(SimulationFailure)
        -> SimulationReport
    {
        try run(SimulationPlan(seed: seed), isTracing: isTracing)
    }

    /// As `run(seed:)`, with a plan that was changed by hand.
    @discardableResult
    public static func run(
        _ plan: SimulationPlan, isTracing: Bool = false
    ) throws(SimulationFailure) -> SimulationReport {
        do throws(SimulationFailure) {
            let simulation = Simulation(plan: plan, isTracing: isTracing)
            simulation.tellsAll = isTracing
            return try simulation.run()
        } catch  where !isTracing {
            return try Simulation(plan: plan, isTracing: true).run()
        }
    }

    var now: Instant { network.now }
    var aliveClients: [SimulatedClient] { clients.filter { !$0.isGone } }

    // MARK: For the parts

    func later(_ nanoseconds: Int64, _ body: @escaping () -> Void) {
        agenda.push(at: now + max(0, nanoseconds), body)
    }

    func fail(_ text: String) { witness.fault(text) }

    func trace(_ text: @autoclosure () -> String) {
        guard isTracing else { return }
        traced.append("\(Double((now - Self.beginning) / 1_000) / 1_000) ms: \(text())")
        if traced.count > 4_000 { traced.removeFirst(2_000) }
    }

    func accepted(_ job: JobID, _ tasks: UInt32) {
        if let index = knownJobs.firstIndex(where: { $0.id == job }) {
            knownJobs[index].tasks = max(knownJobs[index].tasks, tasks)
        } else {
            knownJobs.append((job, tasks))
        }
    }

    func startEngine(on machine: Int) {
        disturbedAt = now
        let engine = SimulatedEngine(self, machine, key: UniqueKey(using: &fate))
        trace("\(engine.info.name) starts")
        engines.append(engine)
        witness.infos[engine.info.key] = engine.info
        if engine.info.until < .never { endInTime(engine) }
    }

    func startClient() {
        clients.append(SimulatedClient(self, clients.count, key: UniqueKey(using: &fate)))
    }

    // MARK: Time

    /// Runs to the end.
    /// - Throws: what was wrong.
    public func run() throws(SimulationFailure) -> SimulationReport {
        begin()
        let healsAt = Self.beginning + plan.activeNanoseconds
        try advance(to: healsAt) { false }
        heal()
        // What clients sent before they were killed is still on its way.
        try advance(to: now + 2 * plan.delay.upperBound + .milliseconds(1)) { false }
        var ended = -1
        while !isDone && witness.terminalCount > ended {
            ended = witness.terminalCount
            try advance(to: now + .seconds(60) + 2 * plan.node.abandonNanoseconds) { [unowned self] in isDone
            }
        }
        if !isDone { reportHang() }
        try check()
        // Last words are still on their way, and a hold may still last.
        try advance(to: now + 3 * plan.delay.upperBound + .milliseconds(60)) { false }
        try advance(to: now + plan.scheduler.recoveryGraceNanoseconds + .seconds(1)) { [unowned self] in
            isClean
        }
        checkEnd()
        try check()
        return report()
    }

    private func advance(to moment: Instant, until isDone: () -> Bool) throws(SimulationFailure) {
        while !isDone() {
            let due = min(min(network.nextTimer, agenda.nextTime), controller.nextTime)
            guard due <= moment else { break }
            step(due)
            try check()
        }
        if network.nextTimer >= moment { network.advance(to: moment) }
    }

    private func step(_ due: Instant) {
        events += 1
        if network.nextTimer <= due {
            controller.begin(at: max(now, due))
            _ = network.step()
        } else if agenda.nextTime <= due {
            network.advance(to: due)
            controller.begin(at: now)
            agenda.pop()()
        } else {
            network.advance(to: due)
            if controller.run(at: now) { checkTurn() }
        }
    }

    private func check() throws(SimulationFailure) {
        guard !witness.faults.isEmpty else { return }
        let suspects = Set(witness.faults.flatMap { $0.split(separator: " ") }.filter { $0.contains(".") })
        // Of a task that is named in a fault all is told, of the others the last.
        describeEngines()
        let story = traced.filter { line in suspects.contains { line.contains($0) } }.suffix(60)
        throw SimulationFailure(
            seed: plan.seed, nanoseconds: now - Self.beginning, faults: witness.faults,
            trace: tellsAll ? traced : Array(story) + ["..."] + Array(traced.suffix(25)))
    }

    private func describeEngines() {
        guard let node = controller.node else { return trace("the controller is down") }
        for engine in node.scheduler.engineSummaries {
            trace("controller: \(engine.info.name) \(engine.presence) holds \(engine.outstanding)")
        }
        for engine in engines where !engine.isGone {
            let link = engine.link!
            trace(
                "\(engine.info.name): runs \(engine.running.count) of \(engine.info.slots), queued \(engine.node.queuedCount),"
                    + " attached \(engine.node.isAttached), up \(link.isUp), cut \(link.isCut), stopped \(link.isStopped),"
                    + " blocked \(link.isBlocked)")
        }
    }

    private func report() -> SimulationReport {
        var report = SimulationReport(seed: plan.seed)
        report.events = events
        report.tasks = witness.terminalCount
        report.dispatches = witness.dispatchCount
        report.starts = engines.reduce(0) { $0 + $1.startCount }
        for part in controller.past + [controller.node?.scheduler.statistics ?? SchedulerStatistics()] {
            report.statistics.add(part)
        }
        report.restarts = controller.restarts
        report.nanoseconds = now - Self.beginning
        for client in clients {
            for (job, log) in client.followed.sorted(by: { $0.key < $1.key }) {
                report.digest = SimulationRandom.hash(report.digest, UInt64(job), log.cursor, log.digest)
            }
        }
        report.digest = SimulationRandom.hash(report.digest, UInt64(events), UInt64(now.nanoseconds))
        return report
    }
}

extension SchedulerStatistics {
    /// Adds the counts of another life.
    public mutating func add(_ other: SchedulerStatistics) {
        dispatched += other.dispatched
        results += other.results
        droppedResults += other.droppedResults
        retries += other.retries
        enginesLost += other.enginesLost
        recalls += other.recalls
        givenBack += other.givenBack
        quarantines += other.quarantines
        speculations += other.speculations
    }
}
