/// One engine process: the real node, and a worker that ends attempts as their behaviour says.
final class SimulatedEngine: EngineNodeDelegate {
    struct Running {
        var token: AttemptToken
        var name: DispatchName
        var cpus: UInt32
        var memoryBytes: UInt64
        var gpus: UInt32
        var input: [UInt8]
        /// How it is going to end.
        var course: Behaviour.Course
        var startedAt: Instant
        var isStopping = false
        /// Empty if it is in none.
        var lane = ""
        /// By what it is found again.
        var key: ContentKey?
        /// The controller is being asked whether it need not be run.
        var isAsked = false
    }

    let info: EngineInfo
    let machine: Int
    /// How far its clock is ahead.
    private let skew: Int64
    private(set) var node: EngineNode!
    private(set) var link: MemoryLink!
    private unowned let simulation: Simulation
    private(set) var running: [Running] = []
    /// Attempts that have ended and whose end the stopped process has not told.
    private var untold: [AttemptToken] = []
    private(set) var isGone = false
    /// All dispatches that ever began here.
    private(set) var begun: Set<DispatchName> = []
    private(set) var startCount = 0
    /// Its connection is lost, and it gets no other before it comes back.
    private(set) var isAway = false
    /// It was told to end what runs; what does not end in time ends with it.
    var isLeavingAtOnce = false

    init(_ simulation: Simulation, _ machine: Int, key: UniqueKey) {
        self.simulation = simulation
        self.machine = machine
        let place = simulation.plan.machines[machine]
        skew = simulation.fate.pick([0, 0, .seconds(2), -.seconds(3)])
        info = EngineInfo(
            key: key, name: place.name, host: "simulated", slots: place.slots, cpus: place.cpus,
            tags: place.tags, memoryBytes: place.memoryBytes, gpus: place.gpus, named: place.named,
            pool: place.pool,
            until: simulation.isHealed ? .never : place.lifetime.map { simulation.now + $0 } ?? .never)
        link = simulation.network.attach(role: .engine, subject: "engine") { [unowned self] sink in
            let node = EngineNode(info: info, sink: sink, delegate: self)
            self.node = node
            return node
        }
    }

    /// What it leaves running ends with it.
    private var isCutShort: Bool { isLeavingAtOnce || info.until <= simulation.now }

    var isHealthy: Bool {
        !isGone && link.isUp && !link.isCut && !link.isStopped && !link.isBlocked && node.isAttached
    }

    /// It has no timer but that for its end.
    var waitsForNothing: Bool { node.nextTimer == .never || node.nextTimer == info.until }

    // MARK: Faults

    func kill() {
        guard !isGone else { return }
        isGone = true
        running = []
        link.kill()
    }

    /// The process stands still; what it has begun goes on.
    func stop() { link.stop() }

    func resume() {
        guard link.isStopped, !isGone else { return }
        link.resume()
        let tokens = untold
        untold = []
        for token in tokens { end(token) }
    }

    /// The connection breaks for good; `standsStill`: its process stops, too.
    func goAway(standsStill: Bool) {
        isAway = true
        link.drop()
        if standsStill { stop() } else { link.cut() }
    }

    func comeBack() {
        isAway = false
        link.heal()
        resume()
    }

    func leave(now: Bool) {
        guard !isGone, !link.isStopped else { return }
        if now { isLeavingAtOnce = true }
        link.perform { _ in
            if now { node.leaveNow(at: simulation.now) } else { node.drain(at: simulation.now) }
        }
    }

    // MARK: The worker

    func begin(_ batch: WorkBatch) {
        for item in batch.items {
            startCount += 1
            let template = batch.template(of: item).message
            simulation.trace("\(info.name) begins \(item.name.short)")
            if !begun.insert(item.name).inserted {
                simulation.fail("\(info.name) began attempt \(item.name) twice")
            }
            if !template.lane.isEmpty {
                let others = running.filter { $0.lane == template.lane }.map(\.name.task)
                simulation.witness.began(item.name.task, template.lane, beside: others, at: info.name)
            }
            // Estimates are true here, so nothing that begins in time is cut short.
            let lasting = template.lastingNanoseconds
            if template.lane.isEmpty, lasting > 0, info.until < .never, simulation.now + lasting > info.until
            {
                simulation.fail(
                    "task \(item.name.task) began at \(info.name), which has too little time left")
            }
            let input = batch.withPayload(of: item) { Array($0) }
            simulation.checkTemplate(template, of: item)
            let behaviour = Behaviour(template.template) ?? Behaviour(length: .none, failurePercent: 0)
            let course = behaviour.course(
                of: item.name, on: machine, failing: simulation.plan.machines[machine].failurePercent,
                seed: simulation.plan.seed, rank: batch.seat(of: item)?.rank)
            running.append(
                Running(
                    token: item.token, name: item.name, cpus: template.cpus,
                    memoryBytes: template.memoryBytes, gpus: template.gpus, input: input,
                    course: course, startedAt: simulation.now, lane: template.lane,
                    key: batch.seat(of: item) == nil ? behaviour.contentKey(of: item.name.task) : nil))
            checkLimits()
            if let key = running.last?.key, course.cause != .notHere {
                running[running.count - 1].isAsked = true
                node.lookUp(item.token, key)
            } else if behaviour.length == .none || course.cause == .notHere {
                end(item.token, withinTurn: true)
            } else {
                simulation.later(course.nanoseconds) { [weak self] in self?.end(item.token) }
            }
        }
    }

    /// One in four finds that what the other one left behind has changed.
    func found(_ attempt: AttemptToken, _ task: TaskID?, _ sections: [UInt8]) {
        guard let index = running.firstIndex(where: { $0.token == attempt && $0.isAsked }) else { return }
        let asked = running[index]
        running[index].isAsked = false
        let payload = sections.withUnsafeBytes { try? AttemptPayload(decoding: $0) }
        guard let task, SimulationRandom.hash(asked.name.task.raw, UInt64(asked.name.attempt)) % 4 > 0 else {
            return simulation.later(asked.course.nanoseconds) { [weak self] in self?.end(attempt) }
        }
        guard var payload, payload.content?.key == asked.key else {
            return simulation.fail("\(info.name) was given \(task) for the content of \(asked.name.task)")
        }
        simulation.trace("\(info.name) skips \(asked.name.short), as \(task)")
        payload.source = payload.source ?? task
        let bytes = payload.encoded
        simulation.later(0) { [weak self] in self?.skip(attempt, bytes) }
    }

    private func skip(_ token: AttemptToken, _ payload: [UInt8]) {
        guard !isGone, !link.isStopped,
            let index = running.firstIndex(where: { $0.token == token && !$0.isStopping })
        else { return end(token) }
        let attempt = running.remove(at: index)
        let report = AttemptReport(name: attempt.name, state: .succeeded, cause: .unchanged)
        link.perform { _ in node.finish(token, report, payload: payload, at: simulation.now) }
    }

    func terminate(_ attempt: AttemptToken, _ name: DispatchName, reason: StopReason, graceNanoseconds: Int64)
    {
        guard let index = running.firstIndex(where: { $0.token == attempt }) else { return }
        guard !running[index].isStopping else { return }
        running[index].isStopping = true
        let wait = simulation.random.time(0...max(0, graceNanoseconds))
        simulation.later(wait) { [weak self] in self?.end(attempt) }
    }

    /// Half of them end by it, as failed; the others do not care.
    func interrupt(_ attempt: AttemptToken, _ name: DispatchName) {
        guard simulation.laneFate.chance(50), let index = running.firstIndex(where: { $0.token == attempt })
        else { return }
        simulation.trace("\(info.name) is interrupted in \(name.short)")
        running[index].course = Behaviour.Course(nanoseconds: 0, cause: .failure, exitCode: 2)
        simulation.later(0) { [weak self] in self?.end(attempt) }
    }

    private func end(_ token: AttemptToken, withinTurn: Bool = false) {
        guard !isGone, let index = running.firstIndex(where: { $0.token == token }) else { return }
        guard !link.isStopped else { return untold.append(token) }
        let attempt = running.remove(at: index)
        simulation.trace("\(info.name) ends \(attempt.name.short)\(attempt.isStopping ? ", told to" : "")")
        let stopped = Behaviour.Course(nanoseconds: 0, cause: .failure, exitCode: -15)
        let course = attempt.isStopping ? stopped : attempt.course
        let report = AttemptReport(
            name: attempt.name, state: course.cause == .none ? .succeeded : .failed, cause: course.cause,
            exitCode: course.exitCode, startedAt: attempt.startedAt + skew,
            durationNanoseconds: simulation.now - attempt.startedAt)
        let payload = Answer.bytes(
            attempt.name, attempt.input, error: course.errorName,
            key: report.state == .succeeded ? attempt.key : nil)
        if withinTurn {
            node.finish(token, report, payload: payload, at: simulation.now)
        } else {
            link.perform { _ in node.finish(token, report, payload: payload, at: simulation.now) }
        }
    }

    /// It is ending attempts that were given to others while it was away; the controller does not count them.
    var endsStrays: Bool { running.contains(where: \.isStopping) }

    /// What is in a lane takes no slot and no CPU.
    private var cpusInUse: UInt32 { running.reduce(0) { $0 + ($1.lane.isEmpty ? $1.cpus : 0) } }

    private func checkLimits() {
        let inSlots = running.count { $0.lane.isEmpty }
        if inSlots > Int(info.slots) { simulation.fail("\(info.name) runs \(inSlots) at once") }
        // What it is ending was given up by the controller, and what that used is given to others.
        let kept = running.filter { !$0.isStopping }
        let memory = kept.reduce(0) { $0 + $1.memoryBytes }
        let gpus = kept.reduce(0) { $0 + $1.gpus }
        if memory > info.memoryBytes || gpus > info.gpus {
            simulation.fail("\(info.name) runs what needs \(memory) bytes and \(gpus) GPUs at once")
        }
        if cpusInUse > info.cpus { simulation.fail("\(info.name) runs \(cpusInUse) CPUs' worth at once") }
    }

    func attached(_ welcome: WelcomeMessage) {}
    func detached() {}

    func faulted(_ code: WireCode, _ message: String) {
        // After a quick reconnection the controller may not know yet that the old session is over.
        guard !message.contains("peer key") else { return }
        if code == .unavailable, info.pool != nil {
            // The engine that had its rank is not known to be dead yet.
            return dialAgain()
        }
        simulation.fail("\(info.name) was told a fault: \(code): \(message)")
    }

    private func dialAgain() {
        simulation.later(100_000_000) { [weak self] in
            guard let self, !isGone else { return }
            if link.isStopped { dialAgain() } else { link.drop() }
        }
    }

    func malformed(_ kind: MessageKind, _ error: WireError) {
        simulation.fail("\(info.name) got a \(kind) that cannot be read: \(error)")
    }

    func exit() {
        simulation.trace("\(info.name) exits")
        // Of what was told to end at once, what has not ended in time goes with its engine.
        if !running.isEmpty, !isCutShort, !node.startsAnew {
            simulation.fail("\(info.name) exits while \(running.count) attempts run")
        }
        if node.startsAnew { simulation.replace(self) }
        // The last words get out before the process ends.
        simulation.later(2 * simulation.plan.delay.upperBound) { [weak self] in self?.kill() }
    }
}

extension DispatchName {
    /// For traces.
    var short: String { "\(task) attempt \(attempt) of \(epoch)" }
}
