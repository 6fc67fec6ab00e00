// Gangs after a restart do not go on: a rank that has ended may have told so to a controller that did not
// live to write it down. What ranks claim is stopped, and when they have ended the task is queued again.
extension Scheduler {
    /// A rank of a dispatch of an earlier incarnation.
    mutating func adoptRank(_ claim: Claim, of group: Int32, by engine: Int32) -> Int32? {
        let task = claim.name.task
        if let gang = gangs[task] {
            let head = live[gang.head]
            guard gang.isAdopted, head.attempt == claim.name.attempt, head.epoch == claim.name.epoch else {
                return nil
            }
        } else {
            let known = liveIndex[task]
            if let known, live[known].attempt > claim.name.attempt || !live[known].flags.contains(.held) {
                return nil
            }
            guard let head = known ?? touch(group, task.index - groups[group].base) else { return nil }
            live[head].flags.remove(.held)
            live[head].attempt = claim.name.attempt
            live[head].epoch = claim.name.epoch
            begin(gang: head, .running)
            var gang = Gang(head: head)
            gang.isAdopted = true
            gang.end = .returned(engines[engine].id, isCounted: false)
            gangs[task] = gang
        }
        guard let head = gangs[task]?.head else { return nil }
        let slot = addRank(of: head, at: engine)
        reorder(engine)
        live[slot].state = .running
        let id = engines[engine].id
        gangs[task]?.members.append(.init(engine: id, slot: slot))
        gangs[task]?.left += 1
        return slot
    }

    /// Stops a rank that was claimed; its task, too, if that had been cancelled.
    mutating func stopAdopted(_ slot: Int32, into actions: inout SchedulerActions) {
        let task = live[slot].id
        stopRanks(of: task, into: &actions)
        guard isCancelled(task), let head = gangs[task]?.head,
            !live[head].flags.contains(.cancelRequested)
        else { return }
        requestCancel(head, into: &actions)
    }

    /// Its ranks have ended, and others may still claim to run it.
    mutating func holdAgain(_ head: Int32) {
        let job = groups[live[head].group].job
        jobs[job].counts[live[head].state] -= 1
        jobs[job].counts.ready += 1
        live[head].state = .ready
        live[head].wantsNewAttempt = true
        live[head].flags.insert(.held)
    }
}
