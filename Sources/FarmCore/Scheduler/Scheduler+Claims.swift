// After a restart: what engines claim to hold of earlier incarnations' dispatches, and what waits until all
// who may hold something have said so.
extension Scheduler {
    /// Takes an untouched task out of its array into the live table, out of order. Nil if it has ended.
    mutating func touch(_ group: Int32, _ offset: UInt32) -> Int32? {
        groups[group].states.makeRoom(for: groups[group].count)
        guard groups[group].states[Int(offset)] == 0, offset >= groups[group].cursor else { return nil }
        groups[group].states[Int(offset)] = GroupRecord.adopted
        groups[group].untouched -= 1
        noteFirst(of: group)
        let job = groups[group].job
        if groups[group].unmet > 0 {
            jobs[job].counts.waiting -= 1
            jobs[job].counts.ready += 1
        }
        let bytes =
            groups[group].blocks.isEmpty
            ? 0 : groups[group].blocks[blockIndex(of: group, offset)].averageBytes
        return makeLive(group, offset, bytes: bytes)
    }

    /// Makes a dispatch of an earlier incarnation live again, if its task is held and nothing speaks against
    /// it.
    mutating func adopt(_ claim: Claim, by engine: Int32) -> Int32? {
        guard heldUntil != nil, let job = jobIndex[claim.name.task.job.raw],
            let group = group(of: claim.name.task.index, in: job), groups[group].isHeld,
            claim.name.epoch < epoch, claim.name.epoch >= jobs[job].epoch
        else { return nil }
        if policies[groups[group].policy].collective != nil { return adoptRank(claim, of: group, by: engine) }
        let known = liveIndex[claim.name.task]
        if let known, live[known].engine >= 0 || live[known].attempt >= claim.name.attempt { return nil }
        let lane = groups[group].lane
        guard lane < 0 || lanes[lane].engine == engine else { return nil }
        guard let slot = known ?? touch(group, claim.name.task.index - groups[group].base) else { return nil }
        live[slot].flags.remove(.held)
        live[slot].attempt = claim.name.attempt
        live[slot].epoch = claim.name.epoch
        live[slot].wantsNewAttempt = false
        jobs[job].counts.ready -= 1
        live[slot].state = claim.phase == .queued ? .assigned : .running
        jobs[job].counts[live[slot].state] += 1
        link(slot, to: engine)
        reorder(engine)
        return slot
    }

    /// Dispatches of earlier incarnations after which their engine was sent the task again: the end that led
    /// to that is not in the ledger.
    func outdated(_ claims: [Claim]) -> Set<DispatchName> {
        guard heldUntil != nil, !claims.isEmpty else { return [] }
        var newest: [TaskID: DispatchName] = [:]
        var outdated: Set<DispatchName> = []
        for claim in claims where claim.name.epoch < epoch {
            guard let other = newest.updateValue(claim.name, forKey: claim.name.task) else { continue }
            let isNewer = (claim.name.epoch, claim.name.attempt) > (other.epoch, other.attempt)
            newest[claim.name.task] = isNewer ? claim.name : other
            outdated.insert(isNewer ? other : claim.name)
        }
        return outdated
    }

    /// Whether the task, whose attempt was an earlier incarnation's and has ended, may have been sent to
    /// somebody else because of that end, who is not back yet.
    func mayBeElsewhere(_ slot: Int32) -> Bool {
        let group = live[slot].group
        return heldUntil != nil && groups[group].isHeld && groups[group].lane < 0
            && live[slot].epoch < epoch
    }

    /// It was held, and is not any more.
    mutating func letGo(_ slot: Int32, at now: Instant) {
        guard !live[slot].isOut else { return }
        if live[slot].notBefore > now {
            park(slot, until: live[slot].notBefore)
        } else {
            requeue(slot, newAttempt: true)
        }
    }

    /// A task that was tried already is held until what its group depends on has ended, again; for good if
    /// that has ended otherwise meanwhile.
    mutating func waitForDependencies(_ slot: Int32) {
        let group = live[slot].group
        live[slot].flags.insert(.held)
        jobs[groups[group].job].earlyGroups.insert(group)
        if isDead(group) { verdicts.append(.dead(group)) }
    }

    /// The group's dependencies are met. O(live tasks).
    mutating func letGoOfEarlyTasks(of group: Int32, at now: Instant) {
        jobs[groups[group].job].earlyGroups.remove(group)
        for slot in live.slots where live[slot].group == group && live[slot].flags.remove(.held) != nil {
            letGo(slot, at: now)
        }
    }

    /// The group's dependencies cannot be met.
    mutating func endEarlyTasks(of group: Int32, at now: Instant, into actions: inout SchedulerActions) {
        jobs[groups[group].job].earlyGroups.remove(group)
        for slot in Array(live.slots) where live[slot].group == group && live[slot].flags.contains(.held) {
            var entry = OutcomeEntry(
                kind: .terminal, task: live[slot].id, state: .impossible,
                cause: groups[group].impossibleRoot == nil ? .noEngine : .dependency,
                attempt: live[slot].attempt, endedAt: now)
            entry.root = groups[group].impossibleRoot ?? entry.root
            finish(slot, entry, .none, at: now, into: &actions)
        }
    }
}
