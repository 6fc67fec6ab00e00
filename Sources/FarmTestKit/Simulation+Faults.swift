extension Simulation {
    private enum Fault: CaseIterable {
        case kill, stop, drop, cut, block, restart, drain, leave, jump, clientTrouble, fullDisk, absence
    }

    /// Each as often as it stands here.
    private static let kinds = Fault.allCases + [.absence, .absence]

    /// A fault, now or as soon as something runs: who is idle has little to lose.
    func breakSomethingSoon() {
        if fate.chance(40) { breakSomething() } else { breakSomethingWhenBusy() }
    }

    private func breakSomethingWhenBusy() {
        guard !isHealed else { return }
        guard engines.contains(where: { $0.isHealthy && !$0.running.isEmpty }) else {
            return later(5_000_000) { [unowned self] in breakSomethingWhenBusy() }
        }
        breakSomething()
    }

    /// One fault, of some kind, somewhere; what is hurt heals after a while by itself, or at the end.
    private func breakSomething() {
        disturbedAt = now
        let kind = plan.onlyJumps ? .jump : fate.pick(Self.kinds)
        let engine = pickEngine(busyPercent: kind == .absence ? 100 : 50)
        switch kind {
        case .kill:
            guard let engine else { return }
            trace("\(engine.info.name) is killed")
            engine.kill()
            replace(engine)
        case .stop:
            guard let engine else { return }
            trace("\(engine.info.name) is stopped")
            engine.stop()
            heals(after: 20_000_000...5_000_000_000) { engine.resume() }
        case .drop: drop(engine?.link)
        case .cut: cut(engine?.link)
        case .block:
            guard let link = engine?.link else { return }
            link.isBlocked = true
            heals(after: 1_000_000...1_000_000_000) { link.isBlocked = false }
        case .restart: restartController(after: fate.time(0...1_500_000_000))
        case .absence: estrange(engine)
        case .fullDisk:
            trace("the disk is full")
            controller.ledger.disk.isFull = true
            heals(after: 20_000_000...2_000_000_000) { [unowned self] in
                trace("there is room on the disk")
                controller.ledger.disk.isFull = false
                controller.endTurnSoon()
            }
        case .drain: drainFromOutside(engine)
        case .leave:
            guard let engine else { return }
            let isNow = fate.chance(40)
            trace("\(engine.info.name) leaves by itself\(isNow ? " at once" : "")")
            engine.leave(now: isNow)
            replace(engine)
        case .jump:
            let jump = fate.time(1_000_000...20_000_000_000)
            trace("the clock jumps by \(jump / 1_000_000) ms")
            network.jump(by: jump)
            disturbedAt = now
        case .clientTrouble:
            let client = fate.pick(aliveClients)
            switch fate.below(5) {
            case 0 where aliveClients.count > 1:
                trace("client \(client.number) is killed")
                client.kill()
            case 0, 1, 2: drop(client.link)
            default: cut(client.link)
            }
        }
    }

    /// One that lives, and rather one that has something to lose.
    private func pickEngine(busyPercent: Int) -> SimulatedEngine? {
        let alive = engines.filter { !$0.isGone }
        let busy = alive.filter { $0.isHealthy && !$0.running.isEmpty }
        guard !busy.isEmpty, fate.chance(busyPercent) else { return alive.isEmpty ? nil : fate.pick(alive) }
        return fate.pick(busy)
    }

    /// An engine loses its connection, and is back at about the time at which it is waited for no longer,
    /// with what it has done meanwhile: for every second one there is another controller then.
    private func estrange(_ engine: SimulatedEngine?) {
        guard let engine, !engine.isAway, !engine.link.isStopped, !engine.link.isCut else { return }
        trace("\(engine.info.name) is away")
        engine.goAway(standsStill: fate.chance(30))
        // That the connection is lost the controller may notice only when it sends the next ping.
        var patience = plan.scheduler.reconnectNanoseconds + fate.time(0...500_000_000)
        if controller.isUp, fate.chance(50) {
            let down = fate.time(0...300_000_000)
            patience = down + plan.scheduler.recoveryGraceNanoseconds
            restartController(after: down)
        }
        // Also if all else has healed before.
        let lateness = fate.time(-20_000_000...fate.pick([20_000_000, 100_000_000, 600_000_000]))
        later(patience + lateness) { [unowned self] in
            guard engine.isAway, !engine.isGone else { return }
            disturbedAt = now
            trace("\(engine.info.name) is back")
            engine.comeBack()
        }
    }

    func drop(_ link: MemoryLink?) {
        guard let link, !link.isDead, !isHealed else { return }
        disturbedAt = now
        trace("a link of the \(link.port.word) port is dropped")
        link.drop()
    }

    private func cut(_ link: MemoryLink?) {
        guard let link, !link.isDead else { return }
        trace("a link of the \(link.port.word) port is cut")
        link.cut()
        heals(after: 20_000_000...4_000_000_000) { link.heal() }
    }

    private func drainFromOutside(_ engine: SimulatedEngine?) {
        guard let engine, let node = controller.node, let id = engine.node?.welcome?.engine else { return }
        let isNow = fate.chance(40)
        trace("\(engine.info.name) is drained\(isNow ? " at once" : "")")
        controller.begin(at: now)
        if isNow { engine.isLeavingAtOnce = true }
        guard node.drain([id], now: isNow).isEmpty else { return }
        controller.endTurnSoon()
        replace(engine)
    }

    private func heals(after range: ClosedRange<Int64>, _ body: @escaping () -> Void) {
        later(fate.time(range)) { [unowned self] in
            guard !isHealed else { return }
            disturbedAt = now
            body()
        }
    }

    /// The end of an engine's allocation: it has left by then, or is killed; and another comes.
    func endInTime(_ engine: SimulatedEngine) {
        later(engine.info.until - now) { [unowned self] in
            guard !engine.isGone else { return }
            disturbedAt = now
            trace("the time of \(engine.info.name) is over")
        }
        later(engine.info.until - now + timeFate.time(0...300_000_000)) { [unowned self] in
            if !engine.isGone {
                disturbedAt = now
                trace("\(engine.info.name) is killed at the end of its time")
                engine.kill()
            }
            replace(engine)
        }
    }

    /// Another engine starts on the machine some time after this one has ended.
    func replace(_ engine: SimulatedEngine) {
        let machine = engine.machine
        later(fate.time(0...3_000_000_000)) { [unowned self] in
            if !isHealed { startEngineIfNone(on: machine) }
        }
    }

    private func startEngineIfNone(on machine: Int) {
        guard !engines.contains(where: { $0.machine == machine && !$0.isGone }) else { return }
        startEngine(on: machine)
    }

    private func restartController(after nanoseconds: Int64) {
        guard controller.isUp else { return }
        trace("the controller is killed")
        idleSince = [:]
        noteWhatIsHeld()
        controller.crash()
        later(nanoseconds) { [unowned self] in startController() }
    }

    /// As soon as it can: while the disk is full none begins, since its epoch would not be safe.
    private func startController() {
        guard !controller.isUp else { return }
        guard !controller.ledger.disk.isFull else {
            return later(100_000_000) { [unowned self] in startController() }
        }
        disturbedAt = now
        trace("the controller starts")
        controller.start()
        dropUnrecorded()
    }

    /// Faults are over: everything that can run, runs; but who is away comes back in its own time.
    func heal() {
        trace("everything heals")
        isHealed = true
        disturbedAt = now
        controller.ledger.disk.isFull = false
        startController()
        for engine in engines where !engine.isGone {
            engine.link.isBlocked = false
            guard !engine.isAway else { continue }
            engine.link.heal()
            engine.resume()
        }
        for client in aliveClients { client.link.heal() }
        setPaused(nil, false)
        for job in witness.jobs.keys.sorted() { setPaused(JobID(job), false) }
        controller.endTurnSoon()
        keepGoing()
    }

    /// Engines that were drained end in their own time; each machine gets another then.
    private func keepGoing() {
        for machine in plan.machines.indices { startEngineIfNone(on: machine) }
        later(200_000_000) { [unowned self] in keepGoing() }
    }
}
