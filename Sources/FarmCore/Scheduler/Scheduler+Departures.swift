// Engines that are gone for good, and what becomes of the tasks that only they could do.
extension Scheduler {
    mutating func remove(_ slot: Int32, at now: Instant, into actions: inout SchedulerActions) {
        replace(slot, at: now, into: &actions)
        endHopelessClasses(at: now, into: &actions)
    }

    /// Takes the engine out for another that comes in its place: what only it could do is judged when that
    /// one is there.
    mutating func replace(_ slot: Int32, at now: Instant, into actions: inout SchedulerActions) {
        closeLanes(of: slot, at: now, into: &actions)
        let record = engines[slot]
        order.remove(slot)
        leaveSeat(slot)
        engineByKey[record.info.key] = nil
        engineByID[record.id.raw] = nil
        actions.controls.append(.engineGone(record.id, handle(of: slot)))
        engines.remove(slot)
        actions.controls.append(.fact(.engineGone(record.id)))
        unblockAll()
        hasLostEngines = true
    }

    /// It is known that the engine does not come back.
    mutating func engineDead(_ id: EngineID, at now: Instant, into actions: inout SchedulerActions) {
        guard let slot = engineByID[id.raw] else { return }
        switch engines[slot].presence {
        case .expected:
            breakPool(ofAbsent: slot, into: &actions)
            remove(slot, at: now, into: &actions)
        case .away where !engines[slot].isDead:
            engines[slot].isDead = true
            markLanes(of: slot)
        case .away, .attached, .disconnected: break
        }
    }

    /// What died idle is not missed before the nanny's next worker is here, or a namesake that has come when
    /// it was not heard of any more: then nobody waits for it to come back.
    mutating func removeIfReplaced(_ slot: Int32, at now: Instant, into actions: inout SchedulerActions) {
        guard engines[slot].info.pid > 0 else { return }
        let heardAt = engines[slot].lastHeard
        let isReplaced = engines.slots.contains { other in
            let next = engines[other]
            guard next.id > engines[slot].id, next.presence == .attached else { return false }
            return isSuccessor(next.info, next.principal, of: slot)
                || next.joinedAt >= heardAt && isNamesake(next.info, next.principal, of: slot)
        }
        if isReplaced { remove(slot, at: now, into: &actions) }
    }

    /// Whether it is a worker of the same nanny.
    func isSuccessor(_ info: EngineInfo, _ principal: String, of slot: Int32) -> Bool {
        let old = engines[slot]
        return old.info.pid == info.pid && old.info.host == info.host && old.info.name == info.name
            && (old.principal == principal || old.principal.isEmpty)
    }

    /// Whether it has the engine's name, on its host, for the same holder. Ranks of pools have seats instead.
    func isNamesake(_ info: EngineInfo, _ principal: String, of slot: Int32) -> Bool {
        let old = engines[slot]
        return old.info.name == info.name && old.info.host == info.host && old.principal == principal
            && old.info.pid > 0 && old.info.pool == nil && info.pool == nil
    }

    /// Ends what nobody is left for.
    mutating func endHopelessClasses(at now: Instant, into actions: inout SchedulerActions) {
        guard hasLostEngines else { return }
        hasLostEngines = false
        for number in classes.slots where classes.contains(number) && isHopeless(number) {
            endClass(number, at: now, into: &actions)
        }
        endHoldIfComplete(at: now, into: &actions)
    }

    /// No engine that the class names is left, and none of them is expected back (conformance 8, 18, 19).
    mutating func endClass(_ number: Int32, at now: Instant, into actions: inout SchedulerActions) {
        let isOfCheck = !classes[number].placement.never.isEmpty
        for slot in live.slots
        where live.contains(slot) && !live[slot].isOut && placement(of: slot) == number
            && groups[live[slot].group].lane < 0
        {
            end(hopeless: slot, isOfCheck ? .notHere : .noEngine, at: now, into: &actions)
        }
        for group in groups.slots
        where groups.contains(group) && groups[group].queue >= 0 && groups[group].unmet == 0
            && groups[group].lane < 0
            && ready.queues[groups[group].queue].key.placement == number
        {
            endUntouched(
                group, 0..<groups[group].count, .impossible, .noEngine, root: nil, at: now, into: &actions)
        }
    }

    /// What still comes to the group can never run: its dependencies cannot be met, or nobody is left for it.
    /// What is read from the ledger is judged when all is.
    func isDead(_ group: Int32) -> Bool {
        if groups[group].impossibleRoot != nil || groups[group].isStranded { return true }
        return !isRecovering && groups[group].unmet == 0 && groups[group].queue >= 0 && groups[group].lane < 0
            && isHopeless(ready.queues[groups[group].queue].key.placement)
    }

    /// Ends a task, which is at no engine, because none is left for it.
    mutating func end(
        hopeless slot: Int32, _ cause: Cause, at now: Instant, into actions: inout SchedulerActions
    ) {
        let job = groups[live[slot].group].job
        let entry = OutcomeEntry(
            kind: .terminal, task: live[slot].id, state: .impossible, cause: cause,
            attempt: live[slot].attempt, endedAt: max(now, jobs[job].submittedAt))
        finish(slot, entry, .none, at: now, into: &actions)
    }
}
