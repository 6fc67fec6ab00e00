/// What a ledger holds, step by step, in the order in which it was kept.
public enum RecoveryStep {
    case submission(
        SubmissionPart, blocks: [BlockRef], job: JobID, owner: String, priorityCap: Int32, epoch: UInt32 = 0,
        at: Instant)
    case fact(LedgerFact)
    case outcome(OutcomeEntry)
}

// After a restart the ledger tells what was accepted and what has ended, but not surely what was sent last.
// So nothing that was accepted before is sent until its engines have come back and said what they hold, or
// the grace is over; what nobody claims is queued again free of charge. What is submitted after the restart
// runs at once.
extension Scheduler {
    /// Takes one step of the ledger. The only actions that come of it release payloads of ended tasks, forget
    /// jobs, if fewer are kept now than before, and say that a submission is refused which was accepted once.
    public mutating func recover(_ step: RecoveryStep, into actions: inout SchedulerActions) {
        isRecovering = true
        var scratch = SchedulerActions()
        defer {
            for control in scratch.controls {
                switch control {
                case .releaseBlock, .forgetJob, .refused: actions.controls.append(control)
                default: continue
                }
            }
        }
        switch step {
        case .submission(let part, let blocks, let job, let owner, let cap, let epoch, let at):
            nextJob = max(nextJob, job.raw)
            if jobByKey[part.key] == nil { nextJob = job.raw }
            submit(SessionID(0), part, blocks, owner: owner, priorityCap: cap, at: at, into: &scratch)
            nextJob = max(nextJob, job.raw + 1)
            // Further parts of it may have come to later controllers.
            if part.part == 0, let known = jobIndex[job.raw] { jobs[known].epoch = epoch }
        case .fact(.engineJoined(let id, let info)):
            let slot = engines.insert(
                EngineRecord(
                    id: id, presence: .expected, lastResultAt: .zero, info: info, principal: "",
                    session: SessionID(0), lastHeard: .zero))
            engineByKey[info.key] = slot
            engineByID[id.raw] = slot
            nextEngine = max(nextEngine, id.raw + 1)
        case .fact(.engineAwaited(let id, let nanoseconds)):
            guard let slot = engineByID[id.raw] else { return }
            engines[slot].awaited = nanoseconds
        case .fact(.engineGone(let id)):
            nextEngine = max(nextEngine, id.raw + 1)
            guard let slot = engineByID.removeValue(forKey: id.raw) else { return }
            engineByKey[engines[slot].info.key] = nil
            engines.remove(slot)
        case .fact(.cancelling(let first, let count)):
            recoveredCancels.append(TaskRange(first: first, count: count))
        case .fact(.newestJob(let job)):
            nextJob = max(nextJob, job.raw + 1)
        case .fact(.paused(let job, let isPaused)):
            recoverPause(job, isPaused)
        case .fact(.epoch), .fact(.schedule), .fact(.scheduledRun):
            break
        case .outcome(let entry):
            recover(entry, into: &scratch)
        }
    }

    /// The ledger has been read: from here on events may come. Engines of the roster have the grace to come
    /// back.
    public mutating func endRecovery(at now: Instant, into actions: inout SchedulerActions) {
        isRecovering = false
        recoveredPauses = []
        firstNewEngine = nextEngine
        for slot in engines.slots
        where engines[slot].info.pool != nil
            && engines[slot].awaited >= settings.recoveryGraceNanoseconds
        {
            // It was lost before, and its pool is another by now.
            sendAway(slot)
        }
        recoverLanes()
        settleVerdicts(at: now, into: &actions)
        // An engine that earlier controllers have waited for in vain is not waited for anew.
        let left = engines.slots.map { settings.recoveryGraceNanoseconds - engines[$0].awaited }.max() ?? 0
        heldUntil = now + max(0, left)
        countWaiting(at: now, into: &actions)
        for slot in Array(engines.slots) where isLongGone(slot, at: now) {
            breakPool(ofAbsent: slot, into: &actions)
            remove(slot, at: now, into: &actions)
        }
        endHoldIfComplete(at: now, into: &actions)
    }

    /// Notes in the ledger that those who are expected were waited for, a bit ahead of time: so the wait ends
    /// even if no controller lives for long.
    mutating func countWaiting(at now: Instant, into actions: inout SchedulerActions) {
        let tick = max(1, settings.recoveryGraceNanoseconds / 32)
        awaitTickAt = .never
        for slot in engines.slots where engines[slot].presence == .expected {
            engines[slot].awaited += tick
            actions.controls.append(
                .fact(.engineAwaited(engines[slot].id, nanoseconds: engines[slot].awaited)))
            awaitTickAt = now + tick
        }
    }

    private mutating func recover(_ entry: OutcomeEntry, into scratch: inout SchedulerActions) {
        guard let job = jobIndex[entry.task.job.raw] else { return }
        if entry.kind == .sealed {
            // The parts seal a job by themselves, unless it was cut short.
            if !jobs[job].isSealed { closeEarly(job, at: entry.endedAt, into: &scratch) }
            return
        }
        guard let group = group(of: entry.task.index, in: job) else { return }
        let offset = entry.task.index - groups[group].base
        // Who depends on one of these is told of the first ancestor, not of it.
        if entry.cause == .dependency, groups[group].impossibleRoot == nil {
            groups[group].impossibleRoot = entry.root
        }
        switch entry.kind {
        case .range:
            endUntouched(
                group, offset..<(offset + entry.count), entry.state, entry.cause, root: entry.root,
                at: entry.endedAt, into: &scratch)
        case .terminal:
            if let slot = liveIndex[entry.task] {
                finish(slot, entry, .none, at: entry.endedAt, into: &scratch)
            } else {
                if entry.engine != .none {
                    groups[group].ranOn.note(entry.engine, at: offset, of: groups[group].count)
                }
                endUntouched(
                    group, offset..<(offset + 1), entry.state, entry.cause, root: entry.root,
                    at: entry.endedAt, into: &scratch)
            }
        case .attempt:
            guard let slot = liveIndex[entry.task] ?? touch(group, offset) else { return }
            live[slot].flags.insert(.held)
            live[slot].flags.remove(.rankEnded)
            live[slot].attempt = entry.attempt
            live[slot].wantsNewAttempt = true
            count(entry, slot)
            learnPlace(slot, from: entry)
            live[slot].notBefore = endOfDelay(slot, after: entry)
            jobs[job].entries += 1
        case .forgiven:
            jobs[job].entries += 1
            guard let slot = liveIndex[entry.task], live[slot].failures > 0 else { return }
            live[slot].failures -= 1
            // The wait that began with that failure is as long as it is after the one before.
            if live[slot].notBefore > entry.endedAt {
                live[slot].notBefore = endOfDelay(slot, after: entry)
            }
        case .rank:
            // What its attempt came to is not known, so another follows.
            guard let slot = liveIndex[entry.task] ?? touch(group, offset) else { return }
            live[slot].flags.formUnion([.held, .rankEnded])
            live[slot].attempt = max(live[slot].attempt, entry.attempt)
            live[slot].wantsNewAttempt = true
            jobs[job].entries += 1
        case .sealed:
            break
        }
    }

    func isCancelled(_ task: TaskID) -> Bool {
        recoveredCancels.contains { range in
            range.first.job == task.job && task.index >= range.first.index
                && task.index - range.first.index < range.count
        }
    }

    /// Ends the hold if nobody is expected any more, else when the grace of those who are ends.
    mutating func endHoldIfComplete(at now: Instant, into actions: inout SchedulerActions) {
        guard let until = heldUntil else { return }
        var left: Int64?
        for slot in engines.slots where engines[slot].presence == .expected {
            left = max(left ?? 0, settings.recoveryGraceNanoseconds - engines[slot].awaited)
        }
        guard let left else { return endHold(at: now, into: &actions) }
        // Those who are still waited for may have used up most of their grace in earlier lives. What is
        // counted reaches up to the next tick.
        if awaitTickAt != .never { heldUntil = min(until, max(now, awaitTickAt + left)) }
    }

    mutating func endHold(at now: Instant, into actions: inout SchedulerActions) {
        heldUntil = nil
        awaitTickAt = .never
        for slot in engines.slots where engines[slot].presence == .expected {
            let until = awayLimit(of: slot, from: now)
            breakPool(ofAbsent: slot, into: &actions)
            engines[slot].presence = .away(until: until)
            if engines[slot].info.pool != nil { sendAway(slot) }
            heartbeatCheckAt = min(heartbeatCheckAt, until)
            for lane in lanes(of: slot) where lanes.contains(lane) {
                loseHead(of: lane, at: now, into: &actions)
            }
        }
        var requeued = 0
        for group in groups.slots where groups[group].isHeld {
            groups[group].isHeld = false
            awaitExpiry(of: group)
            requeued += Int(groups[group].untouched)
            enqueue(group)
        }
        for slot in live.slots where live[slot].flags.remove(.held) != nil {
            requeued += 1
            letGo(slot, at: now)
        }
        endIncompleteGangs(at: now, into: &actions)
        for number in classes.slots where classes.contains(number) && isHopeless(number) {
            endClass(number, at: now, into: &actions)
        }
        stopBrakes()
        markAllLanes()
        actions.controls.append(.recoveryEnded(claimed: claimedCount, requeued: requeued))
        // A cancel that had reached a task's engine holds, though the engine did not come back.
        var report = CancelReport()
        for range in recoveredCancels { cancelRecovered(range, &report, at: now, into: &actions) }
        recoveredCancels = []
    }
}
