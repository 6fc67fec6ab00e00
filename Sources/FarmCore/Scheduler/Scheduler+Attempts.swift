// What engines say of the attempts that they hold, beside their results.
extension Scheduler {
    mutating func started(_ engine: EngineHandle, _ name: DispatchName) {
        guard contains(engine), let slot = slot(of: name, at: engine.slot) else { return }
        setRunning(slot)
    }

    mutating func setRunning(_ slot: Int32) {
        guard live[slot].state == .assigned else { return }
        live[slot].state = .running
        guard live[slot].isTask else {
            if live[slot].flags.contains(.rank), let gang = gangs[live[slot].id] { setRunning(gang.head) }
            return
        }
        let job = groups[live[slot].group].job
        jobs[job].counts.assigned -= 1
        jobs[job].counts.running += 1
    }

    /// The answer to a recall, or attempts that the engine gives back by itself, as when it leaves.
    mutating func recalled(
        _ engine: EngineHandle, _ name: DispatchName, givenBack: Bool, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        guard contains(engine), let slot = slot(of: name, at: engine.slot) else { return }
        guard givenBack else {
            guard live[slot].flags.remove(.recalling) != nil else { return }
            engines[engine.slot].recallsPending -= 1
            setRunning(slot)
            return
        }
        statistics.givenBack += 1
        let id = engines[engine.slot].id
        // Unless it was asked for in time it may have begun: then its name must not be used again.
        let wasRunning = live[slot].state == .running
        let hadBegun = live[slot].state != .assigned || !live[slot].flags.contains(.recalling)
        if !live[slot].flags.contains(.recalling), !engines[engine.slot].isDraining {
            learnTime(of: engine.slot, from: slot)
        }
        unlink(slot)
        if live[slot].flags.contains(.rank) {
            return rankLost(
                slot, by: id, .returned(id, isCounted: false), at: now, into: &actions)
        }
        if giveWay(slot) { return }
        let ranOut = wasRunning && isRunningOut(engine.slot)
        if ranOut || live[slot].flags.contains(.cancelRequested) {
            attemptLost(slot, by: id, isCharged: false, ranOut: ranOut, at: now, into: &actions)
        } else {
            requeue(slot, newAttempt: hadBegun)
            guard !endIfStopped(slot, at: now, into: &actions) else { return }
            expireIfLate(slot, at: now, into: &actions)
        }
    }

    /// The engine takes nothing new any more; it says so before it gives back what it has not begun.
    mutating func draining(_ engine: EngineHandle) {
        guard contains(engine) else { return }
        engines[engine.slot].isDraining = true
        reorder(engine.slot)
        unblockAll()
    }
}
