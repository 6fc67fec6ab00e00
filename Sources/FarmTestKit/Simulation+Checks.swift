extension Simulation {
    /// What has to hold after every turn of the controller.
    func checkTurn() {
        guard let node = controller.node else { return }
        for fault in node.scheduler.sanityCheck() { fail(fault) }
        if let fault = node.scheduler.idleSlotBesideRunnableTask() { fail(fault) }
        checkCounts(node)
        checkHealthyEnginesAreKept()
        checkWaits(node)
        checkStops(node)
        checkRanks()
        checkDeadlines(node)
    }

    /// Nothing that is at no engine outlives its deadline, but while engines are waited for after a restart.
    private func checkDeadlines(_ node: ControllerNode) {
        guard !node.scheduler.isHolding, now - disturbedAt > waitLimit else { return }
        for (raw, job) in witness.jobs where !job.hasEnded && !witness.forgotten.contains(raw) {
            for number in job.groups.indices where now - job.expiry(of: number) > waitLimit {
                let group = job.groups[number]
                for index in group.base..<group.base + group.count where job.state(index) == nil {
                    let position = node.scheduler.position(of: TaskID(job.id, index))
                    if position?.engine == EngineID.none {
                        fail("task \(TaskID(job.id, index)) waits, and its deadline has passed")
                    }
                }
            }
        }
    }

    /// Conformance 40: all states together make what was submitted, and what has ended is what the log says.
    private func checkCounts(_ node: ControllerNode) {
        let counts = node.scheduler.counts
        var tasks = 0
        var ended = 0
        for (raw, job) in witness.jobs where !witness.forgotten.contains(raw) {
            tasks += Int(job.taskCount)
            ended += Int(job.endedCount)
        }
        if counts.total != tasks { fail("\(counts.total) tasks are counted, \(tasks) were submitted") }
        if counts.ended != ended { fail("\(counts.ended) tasks are counted as ended, \(ended) ended") }
    }

    /// An engine that nothing happened to is not given up, whatever the clock did; one that has ended is.
    private func checkHealthyEnginesAreKept() {
        guard plan.faults == 0 || plan.onlyJumps,
            let lost = controller.lostEngines.first(where: { !witness.hasRunOut($0) && !hasEnded($0) })
        else { return }
        fail("engine \(lost) was given up, though nothing was wrong with it")
    }

    /// As its pool's ranks end, and start anew, when the time of one of them is over.
    private func hasEnded(_ engine: UInt32) -> Bool {
        let key = witness.engineKeys[engine]
        return engines.contains { $0.info.key == key && $0.isGone }
    }

    /// Conformance 9: no attempt waits at one engine beside a fitting idle slot of another, but for the time
    /// that a recall takes. A slot is idle from when the controller knows it.
    private func checkWaits(_ node: ControllerNode) {
        var idle: [EngineSummary] = []
        // For one, ranks may be kept free.
        let isGangWaiting = plan.machines.contains { $0.pool != nil } && witness.isGangWaiting
        for engine in node.scheduler.engineSummaries {
            let hasRoom =
                engine.presence == "attached" && !engine.isDraining && engine.outstanding < engine.info.slots
                && engine.cpusCommitted < UInt64(engine.info.cpus)
                && (engine.info.pool == nil || !isGangWaiting)
                && engine.id != node.scheduler.reservedEngine && engine.quarantinedUntil == nil
            if !hasRoom {
                idleSince[engine.id.raw] = nil
            } else if let since = idleSince[engine.id.raw] {
                if now - since > waitLimit { idle.append(engine) }
            } else {
                idleSince[engine.id.raw] = now
            }
        }
        // An engine that has just come may bring results and claims first.
        let quietSince = max(disturbedAt, controller.tap?.helloAt ?? .zero)
        // With small windows engines wait for the ledger or for room, not for each other.
        guard !idle.isEmpty, now - quietSince > waitLimit, plan.node.windowBytes > 1 << 20,
            plan.scheduler.engineWindowBytes > 1 << 20
        else { return }
        for busy in engines where busy.isHealthy && busy.node.queuedCount > 0 && !busy.endsStrays {
            for one in idle where one.info.key != busy.info.key { checkWaits(node, at: busy, beside: one) }
        }
    }

    private func checkWaits(_ node: ControllerNode, at busy: SimulatedEngine, beside idle: EngineSummary) {
        guard let id = busy.node.welcome?.engine else { return }
        for name in node.scheduler.attempts(atEngine: id) where !busy.begun.contains(name) {
            guard let sent = witness.dispatches[name.task]?.last, sent.name == name,
                now - sent.at > waitLimit, let job = witness.jobs[name.task.job.raw],
                let group = job.group(of: name.task.index)
            else { continue }
            guard job.groups[group].spec.policy.lane.isEmpty else { continue }
            // What is too late to begin expires when it is called back.
            guard now < job.startLimit(of: group), now < job.expiry(of: group) else { continue }
            let needs = job.groups[group].spec.policy.needs
            // What is scarce, or wide, may be kept free for a task that goes before.
            guard needs == Needs(tags: needs.tags), witness.mayGo(name.task, to: idle.id) else { continue }
            let state = node.scheduler.position(of: name.task)?.state.word ?? "not there"
            fail(
                "task \(name.task) waits at \(busy.info.name) (\(state)) beside an idle slot of \(idle.info.name)"
            )
        }
    }

    /// A result that tells of the idle slot, a recall, its answer, a dispatch; and the scheduler's patience.
    private var waitLimit: Int64 { 4 * plan.delay.upperBound + 5 * plan.turnDelay + 6_000_000 }

    /// Conformance 35: a cancelled attempt is told to end, also if the first word of it was lost with a
    /// connection.
    private func checkStops(_ node: ControllerNode) {
        let quietSince = max(disturbedAt, controller.tap?.helloAt ?? .zero)
        guard !witness.cancelledAt.isEmpty, now - quietSince > waitLimit else { return }
        for engine in engines where engine.isHealthy {
            for attempt in engine.running where !attempt.isStopping {
                guard let since = witness.cancelledAt[attempt.name.task], now - since > waitLimit,
                    witness.jobs[attempt.name.task.job.raw]?.cancelRequested.contains(attempt.name.task.index)
                        == true
                else { continue }
                fail("task \(attempt.name.task) was cancelled, and runs on at \(engine.info.name)")
            }
        }
    }

    /// Conformance 58: when one rank has failed, the others are told to end.
    private func checkRanks() {
        let quietSince = max(disturbedAt, controller.tap?.helloAt ?? .zero)
        guard !witness.rankFailedAt.isEmpty, now - quietSince > waitLimit else { return }
        for engine in engines where engine.isHealthy {
            for attempt in engine.running where !attempt.isStopping {
                guard let failed = witness.rankFailedAt[attempt.name.task], failed.name == attempt.name,
                    now - failed.at > waitLimit
                else { continue }
                fail(
                    "a rank of task \(attempt.name.task) runs on at \(engine.info.name), and another has failed"
                )
            }
        }
    }

    // MARK: The recovery

    /// What is at engines when the controller dies.
    func noteWhatIsHeld() {
        heldAtCrash = [:]
        guard let node = controller.node else { return }
        for summary in node.scheduler.engineSummaries {
            for name in node.scheduler.attempts(atEngine: summary.id) {
                heldAtCrash[name.task] = (name, summary.info.key)
            }
        }
    }

    /// What was never recorded was never accepted: its number is another's by now, or it was sent again.
    func dropUnrecorded() {
        guard let node = controller.node else { return }
        heldAtCrash = heldAtCrash.filter { task, _ in node.scheduler.position(of: task) != nil }
    }

    /// Conformance 33 and 47: until the grace ends, what a living engine runs is run nowhere else.
    func holdObjection(_ name: DispatchName) -> String? {
        guard let held = heldAtCrash[name.task], witness.dispatches[name.task]?.last?.mayRace != true,
            now - controller.startedAt < plan.scheduler.recoveryGraceNanoseconds,
            name.epoch != held.name.epoch, let engine = engines.first(where: { $0.info.key == held.key }),
            !engine.isGone, engine.running.contains(where: { $0.name == held.name && !$0.isStopping })
        else { return nil }
        // It came back and was lost again.
        let wasGivenUp = engine.node.welcome.map { controller.lostEngines.contains($0.engine.raw) } ?? true
        guard !wasGivenUp else { return nil }
        return "task \(name.task) was sent while \(engine.info.name) runs it since before the restart"
    }
}
