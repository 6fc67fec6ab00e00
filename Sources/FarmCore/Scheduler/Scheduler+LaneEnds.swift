// What ends in a lane, and what that does to the tasks behind it.
extension Scheduler {
    // MARK: The engine's list

    /// Puts the attempt before the others of the engine's list: it takes none of the slots and CPUs that
    /// those are counted by.
    mutating func linkInLane(_ slot: Int32, to engine: Int32) {
        live[slot].engine = engine
        live[slot].previous = -1
        live[slot].next = engines[engine].head
        if engines[engine].head >= 0 {
            live[engines[engine].head].previous = slot
        } else {
            engines[engine].tail = slot
        }
        engines[engine].head = slot
        lanes[groups[live[slot].group].lane].out += 1
    }

    /// The attempt is at its engine no more.
    mutating func leftLane(_ slot: Int32) {
        let lane = groups[live[slot].group].lane
        lanes[lane].out -= 1
        markLane(lane)
    }

    // MARK: Clearing

    /// Tasks have ended: what is queued behind them goes if they did not end well. Who cancels a task that is
    /// queued means that one only.
    mutating func noteLaneEnd(of group: Int32, _ entry: OutcomeEntry) {
        guard !isRecovering else { return }
        let lane = groups[group].lane
        markLane(lane)
        let wasSent = entry.engine != .none
        switch entry.state {
        case .failed, .expired: break
        case .cancelled where wasSent: break
        default: return
        }
        #if DEBUG
        if makes(.uncleared) { return }
        #endif
        verdicts.append(
            .clear(
                lane: lane, generation: lanes.generation(of: lane), root: entry.task,
                // What was sent stood before all that is queued.
                after: wasSent ? 0 : TaskID(entry.task.job, entry.task.index + (entry.count - 1)).raw))
    }

    /// Ends the lane's queued tasks behind the one with that number; nil for all. `root` is the task whose
    /// end is the reason; nil for each its own. Returns how many there were.
    @discardableResult
    mutating func clear(
        lane: Int32, root: TaskID?, after: UInt64?, at now: Instant, into actions: inout SchedulerActions
    ) -> UInt64 {
        let tasks = lanes[lane].tasks.all.sorted { $0.key < $1.key }
        let queued = lanes[lane].groups.all.sorted { $0.key < $1.key }
        var cleared: UInt64 = 0
        for entry in tasks where after.map({ entry.key > $0 }) ?? true {
            guard !isNotQueued(entry) else { continue }
            let job = groups[live[entry.slot].group].job
            cleared += 1
            finish(
                entry.slot,
                OutcomeEntry(
                    kind: .terminal, task: live[entry.slot].id, state: .cancelled, cause: .queueCleared,
                    attempt: live[entry.slot].attempt, endedAt: max(now, jobs[job].submittedAt), root: root),
                .none, at: now, into: &actions)
        }
        for entry in queued where groups.contains(entry.slot, generation: entry.generation) {
            let (first, count) = (entry.key, UInt64(groups[entry.slot].count))
            let from = after.map { $0 < first ? 0 : min(count, $0 - first + 1) } ?? 0
            let before = groups[entry.slot].untouched
            endUntouched(
                entry.slot, UInt32(from)..<UInt32(count), .cancelled, .queueCleared, root: root, at: now,
                into: &actions)
            let isThere = groups.contains(entry.slot, generation: entry.generation)
            cleared += UInt64(before - (isThere ? groups[entry.slot].untouched : 0))
        }
        return cleared
    }

    /// Ends what is queued in the engine's lane of that name, or in all of its lanes; not what runs. Nil if
    /// there is no such engine.
    public mutating func clearLanes(
        of engine: EngineID, named name: String?, at now: Instant, into actions: inout SchedulerActions
    ) -> UInt64? {
        guard let slot = engineByID[engine.raw] else { return nil }
        var cleared: UInt64 = 0
        let wanted = name.map { engines[slot].lanes[$0].map { [$0] } ?? [] } ?? lanes(of: slot)
        for lane in wanted where lanes.contains(lane) {
            cleared += clear(lane: lane, root: nil, after: nil, at: now, into: &actions)
        }
        settleVerdicts(at: now, into: &actions)
        return cleared
    }

    // MARK: Engines and restarts

    /// Whether its engine is gone for good, and has not taken its leave.
    func isLost(_ lane: Int32) -> Bool {
        let engine = lanes[lane].engine
        return engine < 0 ? lanes[lane].wasLost : engines[engine].isDead
    }

    /// The first that waits for an engine that is gone has lost it, without having been sent there, and
    /// clears those behind it.
    mutating func loseQueue(of lane: Int32, at now: Instant, into actions: inout SchedulerActions) {
        guard let head = head(ofLane: lane),
            let slot = head.task ?? touch(head.group, head.id.index - groups[head.group].base)
        else { return }
        let job = groups[head.group].job
        let entry = OutcomeEntry(
            kind: .terminal, task: head.id, state: .failed, cause: .engineLost, attempt: live[slot].attempt,
            endedAt: max(now, jobs[job].submittedAt))
        finish(slot, entry, .none, at: now, into: &actions)
    }

    /// The engine is gone for good: what waits for it ends with the turn.
    mutating func closeLanes(of engine: Int32, at now: Instant, into actions: inout SchedulerActions) {
        let own = lanes(of: engine)
        let isUnknown = engines[engine].presence == .expected
        engines[engine].lanes = [:]
        for lane in own {
            lanes[lane].engine = -1
            lanes[lane].wasLost = engines[engine].presence != .attached
            markLane(lane)
        }
        guard isUnknown else { return }
        for lane in own where lanes.contains(lane) { loseHead(of: lane, at: now, into: &actions) }
    }

    /// An engine of the roster has not come back after a restart: the first of what was queued before may
    /// have been sent there, and is never sent again.
    mutating func loseHead(of lane: Int32, at now: Instant, into actions: inout SchedulerActions) {
        guard let head = recoveredHead(ofLane: lane), head.task == nil, groups[head.group].isHeld,
            let slot = touch(head.group, head.id.index - groups[head.group].base)
        else { return }
        let wasCancelled = isCancelled(head.id)
        // Of no attempt that is known; with the engine that it would have been at, which clears the rest.
        let entry = OutcomeEntry(
            kind: .terminal, task: head.id, state: wasCancelled ? .cancelled : .failed,
            cause: wasCancelled ? .cancelled : .engineLost, engine: lanes[lane].id,
            endedAt: max(now, jobs[groups[head.group].job].submittedAt))
        finish(slot, entry, .none, at: now, into: &actions)
    }

    /// The ledger has been read: what has not ended is put into its lanes, and waits there with its group.
    mutating func recoverLanes() {
        laneTargets = [:]
        for group in groups.slots
        where !policies[groups[group].policy].lane.isEmpty && groups[group].queue >= 0 {
            if groups[group].isClosed, groups[group].ended == groups[group].count { continue }
            let job = groups[group].job
            jobs[job].safeTasks = jobs[job].taskCount
            jobs[job].recoveredTasks = jobs[job].taskCount
            joinLane(group)
            enqueueInLane(group)
        }
    }
}
