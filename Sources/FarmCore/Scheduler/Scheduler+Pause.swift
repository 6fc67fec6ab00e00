// Pausing a job, or the farm: nothing more is sent, prefetched tasks come back, what runs goes on.
extension Scheduler {
    mutating func pause(_ job: JobID?, _ isPaused: Bool, into actions: inout SchedulerActions) {
        if let job {
            guard let slot = jobIndex[job.raw], jobs[slot].isPaused != isPaused, jobs[slot].endedAt == .zero
            else { return }
            jobs[slot].isPaused = isPaused
            setPaused(slot)
        } else {
            guard isFarmPaused != isPaused else { return }
            isFarmPaused = isPaused
            for slot in jobs.slots where jobs[slot].endedAt == .zero { setPaused(slot) }
        }
        actions.controls.append(.fact(.paused(job, isPaused)))
        guard isPaused else {
            markAllLanes()
            return unblockAll()
        }
        for slot in live.slots
        where mayRecall(slot) && (job == nil || live[slot].id.job == job) {
            callBack(slot, into: &actions)
        }
    }

    /// A pause that the ledger tells of.
    mutating func recoverPause(_ job: JobID?, _ isPaused: Bool) {
        guard let job else {
            isFarmPaused = isPaused
            for slot in jobs.slots { setPaused(slot) }
            return
        }
        // Facts are told before or behind the job itself.
        if isPaused { recoveredPauses.insert(job.raw) } else { recoveredPauses.remove(job.raw) }
        if let slot = jobIndex[job.raw] {
            jobs[slot].isPaused = isPaused
            setPaused(slot)
        }
    }

    private mutating func setPaused(_ job: Int32) {
        let isPaused = isFarmPaused || jobs[job].isPaused
        var nodes = Set<Int32>()
        for group in jobs[job].groups where groups[group].queue >= 0 {
            nodes.insert(ready.queues[groups[group].queue].node)
        }
        for node in nodes { ready.setPaused(isPaused, node: node) }
    }

    /// Whether it may be waiting at its engine, and nobody has asked for it yet. Ranks never wait.
    func mayRecall(_ slot: Int32) -> Bool {
        live[slot].state == .assigned && live[slot].engine >= 0
            && live[slot].flags.isDisjoint(with: [.recalling, .rank]) && groups[live[slot].group].lane < 0
    }

    /// Asks the engine to give the attempt back if it has not begun it.
    mutating func callBack(_ slot: Int32, into actions: inout SchedulerActions) {
        live[slot].flags.insert(.recalling)
        engines[live[slot].engine].recallsPending += 1
        actions.controls.append(
            .recall(
                handle(of: live[slot].engine),
                DispatchName(task: live[slot].id, attempt: live[slot].attempt, epoch: live[slot].epoch)))
    }
}
