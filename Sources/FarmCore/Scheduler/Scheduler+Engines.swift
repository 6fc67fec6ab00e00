extension Scheduler {
    /// The slot of the engine that this session belongs to. O(engines); for control messages only.
    public func engine(of session: SessionID) -> EngineHandle? {
        let found = engines.slots.first {
            engines[$0].session == session && engines[$0].presence == .attached
        }
        guard let found else { return nil }
        return handle(of: found)
    }

    mutating func engineHello(
        _ session: SessionID, _ info: EngineInfo, principal: String, _ claims: [Claim], at now: Instant,
        into actions: inout SchedulerActions
    ) {
        var info = info
        info.slots = max(1, info.slots)
        info.cpus = max(1, info.cpus)
        info.memoryBytes = min(info.memoryBytes, Needs.mostBytes)
        let slot: Int32
        let isNew: Bool
        if let known = engineByKey[info.key] {
            let holder = engines[known].principal
            // After a restart the ledger does not say who the engine had proved to be: the first to come sets
            // it.
            guard holder == principal || holder.isEmpty else {
                actions.controls.append(
                    .engineRefused(
                        session, "engine key \(info.key) belongs to another holder; start the engine anew"))
                return
            }
            buryPredecessors(of: info, engines[known].id, principal, at: now, into: &actions)
            guard hasSeat(info, session, principal, at: now, into: &actions) else { return }
            slot = known
            isNew = false
            leaveSeat(slot)
            // The ledger does not know all that it has.
            prefetched -= Int(waiting(at: slot))
            engines[slot].info = info
            prefetched += Int(waiting(at: slot))
            engines[slot].session = session
            engines[slot].principal = principal
            engines[slot].lastHeard = now
            engines[slot].isDead = false
            if engines[slot].awaited > 0 {
                engines[slot].awaited = 0
                actions.controls.append(.fact(.engineAwaited(engines[slot].id, nanoseconds: 0)))
            }
        } else {
            buryPredecessors(of: info, EngineID(nextEngine), principal, at: now, into: &actions)
            guard hasSeat(info, session, principal, at: now, into: &actions) else { return }
            let id = EngineID(nextEngine)
            nextEngine += 1
            slot = engines.insert(
                EngineRecord(
                    id: id, presence: .attached, isRecorded: false, lastResultAt: now, info: info,
                    principal: principal, session: session, lastHeard: now, joinedAt: now))
            engineByKey[info.key] = slot
            engineByID[id.raw] = slot
            isNew = true
            actions.controls.append(.fact(.engineJoined(id, info)))
        }
        takeSeat(slot)
        if info.until < .never { hasTimedEngines = true }
        engines[slot].presence = .attached
        reorder(slot)
        for number in classes.slots
        where classes[number].placement.isChoosy && classes[number].placement.names(engines[slot]) {
            classes[number].wasAdmitted = true
        }
        unblockAll()
        markLanes(of: slot)
        heartbeatCheckAt = min(heartbeatCheckAt, now + heartbeatPeriod)
        let handle = handle(of: slot)
        actions.controls.append(.engineWelcome(session, handle, engines[slot].id, isNew: isNew))
        // The order to leave may have been lost with the old connection.
        if engines[slot].isDraining, !engines[slot].leavesAfterGangs {
            actions.controls.append(
                engines[slot].startsAnew
                    ? .startAnew(handle) : .leave(handle, now: engines[slot].leaveNow))
        }
        // What it holds is its own, before anybody is judged to be gone for good.
        reconcile(handle, claims, into: &actions)
        endHopelessClasses(at: now, into: &actions)
        endHoldIfComplete(at: now, into: &actions)
    }

    mutating func engineRecorded(_ engine: EngineHandle) {
        guard contains(engine) else { return }
        engines[engine.slot].isRecorded = true
        reorder(engine.slot)
        unblockAll()
        markLanes(of: engine.slot)
    }

    /// A nanny has one worker at a time: if another of the same nanny's joins, or comes back, an earlier
    /// one that is not here is dead, and need not be waited for. One of another nanny with the same name
    /// takes the place of one that was lost. One that is here is left alone, whatever it looks like.
    private mutating func buryPredecessors(
        of info: EngineInfo, _ id: EngineID, _ principal: String, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        guard info.pid > 0 else { return }
        for slot in Array(engines.slots) {
            let old = engines[slot]
            guard old.id.raw < id.raw, old.presence != .attached else { continue }
            guard isSuccessor(info, principal, of: slot) else {
                // One whose connection only broke may be back at once.
                if case .away = old.presence, isNamesake(info, principal, of: slot) {
                    replace(slot, at: now, into: &actions)
                }
                continue
            }
            if case .disconnected = old.presence {
                lose(slot, "its worker died and was started again", at: now, into: &actions)
            }
            if old.presence == .expected { breakPool(ofAbsent: slot, into: &actions) }
            replace(slot, at: now, into: &actions)
        }
    }

    /// Whether the place in a pool that the engine names is free for it; if not it is told.
    private mutating func hasSeat(
        _ info: EngineInfo, _ session: SessionID, _ principal: String, at now: Instant,
        into actions: inout SchedulerActions
    ) -> Bool {
        guard let problem = seatProblem(info, principal, at: now, into: &actions) else { return true }
        actions.controls.append(.engineHasToWait(session, problem))
        endHopelessClasses(at: now, into: &actions)
        return false
    }

    /// Compares what the engine says it holds with what it was sent.
    private mutating func reconcile(
        _ engine: EngineHandle, _ claims: [Claim], into actions: inout SchedulerActions
    ) {
        var confirmed = Set<Int32>()
        let outdated = outdated(claims)
        for claim in claims {
            if let slot = slot(of: claim.name, at: engine.slot) {
                confirmed.insert(slot)
                if claim.phase == .running { setRunning(slot) }
                // The stop may have been lost with the old connection.
                if live[slot].flags.contains(.cancelRequested) {
                    actions.controls.append(.stop(engine, claim.name))
                }
            } else if !outdated.contains(claim.name), let slot = adopt(claim, by: engine.slot) {
                confirmed.insert(slot)
                claimedCount += 1
                if live[slot].flags.contains(.rank) {
                    stopAdopted(slot, into: &actions)
                } else if isCancelled(claim.name.task) {
                    requestCancel(slot, into: &actions)
                }
            } else if claim.phase != .finished {
                actions.controls.append(.stop(engine, claim.name))
            }
        }
        var next = engines[engine.slot].head
        while next >= 0 {
            let slot = next
            next = live[slot].next
            if confirmed.contains(slot) {
                // The recall or its answer may have been lost with the old connection.
                if live[slot].flags.remove(.recalling) != nil { engines[engine.slot].recallsPending -= 1 }
                continue
            }
            // It was sent and never arrived, or its result was recorded in a life before: nobody's fault.
            let wasCancelled = live[slot].flags.contains(.cancelRequested)
            unlink(slot)
            if live[slot].flags.contains(.rank) {
                let (id, heard) = (engines[engine.slot].id, engines[engine.slot].lastHeard)
                rankLost(slot, by: id, .returned(id, isCounted: false), at: heard, into: &actions)
                continue
            }
            if giveWay(slot) { continue }
            if wasCancelled {
                let entry = OutcomeEntry(
                    kind: .terminal, task: live[slot].id, state: .cancelled, cause: .cancelled,
                    attempt: live[slot].attempt, endedAt: engines[engine.slot].lastHeard)
                finish(slot, stopped(slot, entry), .none, at: engines[engine.slot].lastHeard, into: &actions)
            } else if !endIfStopped(slot, at: engines[engine.slot].lastHeard, into: &actions) {
                requeue(slot, newAttempt: true)
            }
        }
    }

    mutating func engineDisconnected(_ engine: EngineHandle, _ session: SessionID, at now: Instant) {
        guard contains(engine), engines[engine.slot].session == session,
            engines[engine.slot].presence == .attached
        else { return }
        let until = now + settings.reconnectNanoseconds
        engines[engine.slot].presence = .disconnected(until: until)
        reorder(engine.slot)
        unblockAll()
        heartbeatCheckAt = min(heartbeatCheckAt, until)
    }

    mutating func engineBye(_ engine: EngineHandle, at now: Instant, into actions: inout SchedulerActions) {
        guard contains(engine) else { return }
        _ = giveUpAttempts(of: engine.slot, isCharged: false, at: now, into: &actions)
        departFromPool(engine.slot, into: &actions)
        remove(engine.slot, at: now, into: &actions)
    }

    mutating func drain(_ id: EngineID, now leaveNow: Bool, into actions: inout SchedulerActions) {
        guard let slot = engineByID[id.raw] else { return }
        engines[slot].isDraining = true
        engines[slot].leaveNow = engines[slot].leaveNow || leaveNow
        // Though its pool was broken before: whoever says so does not want it back.
        engines[slot].startsAnew = false
        reorder(slot)
        unblockAll()
        engines[slot].leavesAfterGangs = !leaveNow && runsGangs(engines[slot].info.pool?.key)
        if !engines[slot].leavesAfterGangs {
            actions.controls.append(.leave(handle(of: slot), now: leaveNow))
        }
    }

    mutating func lose(
        _ slot: Int32, _ reason: String, at now: Instant, into actions: inout SchedulerActions
    ) {
        let hasRunOut = hasRunOut(slot, at: now)
        let until = awayLimit(of: slot, from: now)
        engines[slot].presence = .away(until: until)
        reorder(slot)
        unblockAll()
        heartbeatCheckAt = min(heartbeatCheckAt, until)
        statistics.enginesLost += 1
        let id = engines[slot].id
        let name = engines[slot].info.name
        let lost = giveUpAttempts(of: slot, isCharged: !hasRunOut, at: now, into: &actions)
        let reason = hasRunOut ? "\(reason); its time was over" : reason
        actions.controls.append(.engineLost(id, name: name, lost, reason: reason))
        breakPool(of: slot, into: &actions)
        if engines[slot].info.pool != nil {
            // If it was only stopped and comes back: its pool is another by then.
            engines[slot].startsAnew = engines[slot].startsAnew || !engines[slot].isDraining
            engines[slot].isDraining = true
            engines[slot].leaveNow = true
            // Also after a restart; and then its pool is not broken once more.
            engines[slot].awaited = settings.recoveryGraceNanoseconds
            actions.controls.append(.fact(.engineAwaited(id, nanoseconds: engines[slot].awaited)))
        }
    }

    /// Takes all attempts off the engine. Only those that can have begun are charged: the ones said to run,
    /// and as many as it has slots. Returns what there was.
    private mutating func giveUpAttempts(
        of engine: Int32, isCharged: Bool, at now: Instant, into actions: inout SchedulerActions
    ) -> GivenUpAttempts {
        var given = GivenUpAttempts()
        let ranOut = !isCharged && isRunningOut(engine)
        var position: UInt32 = 0
        while engines[engine].head >= 0 {
            let slot = engines[engine].head
            let isInLane = groups[live[slot].group].lane >= 0
            let mayHaveBegun =
                isInLane || position < engines[engine].info.slots || live[slot].state == .running
            if !isInLane { position += 1 }
            let id = engines[engine].id
            unlink(
                slot,
                ran: isCharged && mayHaveBegun && live[slot].sentAt != .zero ? now - live[slot].sentAt : 0)
            if live[slot].flags.contains(.rank) {
                given.ranks += 1
                rankLost(
                    slot, by: id,
                    isCharged
                        ? .lost(id, isCharged: mayHaveBegun) : .returned(id, isCounted: false),
                    at: now, into: &actions)
            } else {
                if isInLane { given.inLanes += 1 } else { given.ordinary += 1 }
                attemptLost(
                    slot, by: id, isCharged: isCharged && mayHaveBegun, ranOut: ranOut && mayHaveBegun,
                    at: now,
                    into: &actions)
            }
        }
        return given
    }
}
