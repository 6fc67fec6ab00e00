extension Simulation {
    /// Puts everything up that the plan says.
    func begin() {
        controller.start()
        for _ in 0..<plan.clients { startClient() }
        for (number, machine) in plan.machines.enumerated() {
            later(machine.joinsAfter) { [unowned self] in startEngine(on: number) }
        }
        for _ in 0..<plan.jobs {
            let tasks = plan.tasks / plan.jobs
            later(fate.time(0...plan.activeNanoseconds * 3 / 4)) { [unowned self] in submitJob(tasks) }
        }
        for _ in 0..<fate.pick([0, 0, 1, 1, 2, 4]) {
            later(fate.time(0...plan.activeNanoseconds)) { [unowned self] in cancelSomething() }
        }
        for _ in 0..<fate.pick([0, 0, 1, 2]) {
            later(fate.time(0...plan.activeNanoseconds)) { [unowned self] in followSomething() }
        }
        for _ in 0..<fate.pick([0, 0, 0, 1, 2, 3]) {
            later(fate.time(0...plan.activeNanoseconds)) { [unowned self] in pauseSomething() }
        }
        for _ in 0..<laneFate.pick([0, 0, 0, 1, 2]) {
            later(laneFate.time(0...plan.activeNanoseconds)) { [unowned self] in interruptSomething() }
            later(laneFate.time(0...plan.activeNanoseconds)) { [unowned self] in clearSomething() }
        }
        for _ in 0..<plan.faults {
            later(fate.time(50_000_000...plan.activeNanoseconds)) { [unowned self] in breakSomethingSoon() }
        }
    }

    private func submitJob(_ tasks: Int) {
        let script = JobScript.draw(
            tasks: max(1, fate.pick(tasks / 2...tasks * 3 / 2)),
            in: JobScript.Setting(
                jobs: knownJobs, machines: plan.machines, forgets: forgetsJobs,
                limits: plan.scheduler.limits), &fate)
        let client = fate.pick(aliveClients)
        trace("client \(client.number) submits \(script.parts.count) parts")
        client.submit(script)
    }

    /// Ended jobs are forgotten so soon that clients may miss what came of them.
    var forgetsJobs: Bool {
        plan.scheduler.endedJobsKept < 100 || plan.node.outcomeLimitBytes < 1 << 20
    }

    func mayRefuse(_ code: WireCode) -> Bool {
        if forgetsJobs && (code == .badDependency || code == .badSubmission) { return true }
        // While its disk is full a controller takes nothing.
        if plan.faults > 0 && code == .unavailable { return true }
        // Away for too long, a client finds what it was submitting closed or gone.
        return plan.faults > 0 && plan.node.abandonNanoseconds < .seconds(10)
            && (code == .closed || code == .badSubmission)
    }

    func wasCancelled(_ job: JobID) -> Bool { cancelledJobs.contains(job.raw) }

    private func cancelSomething() {
        guard !knownJobs.isEmpty else { return }
        let job = fate.pick(knownJobs)
        let client = fate.pick(aliveClients)
        guard !client.link.isStopped else { return }
        var ranges: [CancelMessage.TaskRange] = []
        if fate.chance(30) || job.tasks == 0 {
            ranges = [CancelMessage.TaskRange(job: job.id)]
            cancelledJobs.insert(job.id.raw)
        } else {
            for _ in 0..<fate.pick(1...2) {
                let first = UInt32(fate.below(Int(job.tasks)))
                let count = UInt32(fate.pick(1...Int(job.tasks) + 3))
                ranges.append(CancelMessage.TaskRange(first: TaskID(job.id, first), count: count))
            }
        }
        trace("client \(client.number) cancels \(ranges.map { "\($0.first) +\($0.count)" })")
        client.cancel(ranges)
        guard plan.faults > 0, !plan.onlyJumps, fate.chance(40) else { return }
        // The word to stop may be lost with its engine's connection.
        for engine in engines where engine.running.contains(where: { $0.name.task.job == job.id }) {
            later(fate.time(0...3 * plan.delay.upperBound)) { [unowned self] in drop(engine.link) }
        }
    }

    /// A job, or the whole farm, for a while; if that is not over when all heals, it ends then.
    private func pauseSomething() {
        let job = knownJobs.isEmpty || fate.chance(30) ? nil : fate.pick(knownJobs).id
        setPaused(job, true)
        later(fate.time(1_000_000...1_500_000_000)) { [unowned self] in setPaused(job, false) }
    }

    /// What runs of a job.
    private func interruptSomething() {
        guard let node = controller.node, !knownJobs.isEmpty else { return }
        let job = laneFate.pick(knownJobs).id
        trace("job \(job) is interrupted")
        controller.begin(at: now)
        _ = node.interrupt([TaskRange(job: job)])
        controller.endTurnSoon()
    }

    /// The lanes of an engine.
    private func clearSomething() {
        guard let node = controller.node else { return }
        let all = node.scheduler.engineSummaries.filter { !$0.lanes.isEmpty }
        guard let engine = all.first else { return }
        trace("the lanes of \(engine.info.name) are cleared")
        controller.begin(at: now)
        _ = node.clearLanes(of: engine.id, named: laneFate.chance(50) ? "a" : nil)
        controller.endTurnSoon()
    }

    func setPaused(_ job: JobID?, _ isPaused: Bool) {
        guard let node = controller.node else { return }
        trace("\(job.map { "job \($0)" } ?? "the farm") \(isPaused ? "is paused" : "goes on")")
        controller.begin(at: now)
        node.pause(job, isPaused)
        controller.endTurnSoon()
    }

    private func followSomething() {
        guard !knownJobs.isEmpty else { return }
        let job = fate.pick(knownJobs).id
        let client = fate.pick(aliveClients)
        guard !client.link.isStopped, client.followed[job.raw] == nil else { return }
        client.follow(job)
        if fate.chance(30) {
            later(fate.time(0...500_000_000)) { [weak client] in
                guard let client, !client.link.isStopped, !client.isGone else { return }
                client.unfollow(job)
            }
        }
    }

    /// What runs is to have the template, limits and CPUs that were submitted.
    func checkTemplate(_ template: TemplateMessage, of item: WorkBatch.Item) {
        guard item.name.epoch == witness.epoch, let job = witness.jobs[item.name.task.job.raw],
            let number = job.group(of: item.name.task.index)
        else { return }
        let policy = job.groups[number].spec.policy
        let stage = Int(SchedulerActions.Dispatch.stage(template.group))
        let recovery = stage == 0 ? nil : policy.recoveries[stage - 1]
        let body = job.templates[Int(recovery?.template ?? job.groups[number].spec.template)]
        let raises = template.group >> SchedulerActions.Dispatch.raiseShift
        let memory = Witness.memory(policy, stage: stage, raises: Int(raises))
        if template.template != body || template.cpus != policy.needs.cpus
            || template.memoryBytes != memory || template.gpus != policy.needs.gpus
            || template.lane != policy.lane
            || template.lastingNanoseconds != Witness.length(policy, stage: stage)
            || template.timeoutNanoseconds != recovery?.timeoutNanoseconds ?? policy.timeoutNanoseconds
        {
            fail("task \(item.name.task) began with the template of another group")
        }
    }
}
