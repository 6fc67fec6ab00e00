extension Scheduler {
    mutating func result(
        _ engine: EngineHandle, hint: UInt64, _ report: AttemptReport, _ payload: PayloadRef, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        guard let slot = liveDispatch(report.name, hint: hint, at: engine) else {
            statistics.droppedResults += 1
            #if DEBUG
            if makes(.doubleCommit) { commitAgain(report, payload, at: now, into: &actions) }
            #endif
            return
        }
        statistics.results += 1
        engines[engine.slot].lastResultAt = now
        engines[engine.slot].tasksEnded += 1
        if live[slot].flags.contains(.rank) {
            return rankEnded(slot, report, payload, at: now, into: &actions)
        }
        let id = engines[engine.slot].id
        let group = live[slot].group
        if report.startedAt != .zero { learn(group, report.durationNanoseconds) }
        unlink(slot, ran: report.startedAt == .zero ? 0 : report.durationNanoseconds)
        let entry = entry(for: report, of: slot, by: id, at: now)
        // What fails in a lane says nothing of its engine: nobody else could do it.
        let isFree =
            groups[group].lane < 0 && judge(engine: engine.slot, report, of: slot, at: now, into: &actions)
        if live[slot].twin >= 0 {
            // What did not succeed leaves the race; what did ends it.
            guard report.state == .succeeded else {
                _ = giveWay(slot)
                return
            }
            dropTwin(of: slot, into: &actions)
        }
        switch report.state {
        case .cancelled where !live[slot].flags.contains(.cancelRequested):
            // The engine stopped it for reasons of its own, as when it leaves: nobody's fault. But not for
            // ever.
            live[slot].returns = live[slot].returns &+ 1
            attemptLost(slot, by: id, isCharged: live[slot].returns > 5, at: now, into: &actions)
        case .failed where !live[slot].flags.contains(.cancelRequested):
            let next =
                isFree && !isStopped(group)
                ? .again
                : nextTry(slot, report.cause, exitCode: report.exitCode, errorName: report.errorName)
            if next == .none {
                finish(slot, entry, payload, at: now, into: &actions)
            } else {
                tryAgain(slot, next, entry, payload, isFree: isFree, at: now, into: &actions)
            }
        case .cancelled:
            finish(slot, stopped(slot, entry), payload, at: now, into: &actions)
        default:
            finish(slot, entry, payload, at: now, into: &actions)
        }
    }

    /// The live record of this dispatch, if it is in its task's live set at this engine.
    private func liveDispatch(_ name: DispatchName, hint: UInt64, at engine: EngineHandle) -> Int32? {
        guard contains(engine) else { return nil }
        var slot = Int32(bitPattern: UInt32(truncatingIfNeeded: hint))
        if !live.contains(slot, generation: UInt32(truncatingIfNeeded: hint >> 32))
            || live[slot].id != name.task || !isDispatch(slot, name, engine.slot)
        {
            #if DEBUG
            if makes(.fenceByAttempt), let found = liveIndex[name.task], live[found].engine >= 0,
                live[found].attempt == name.attempt
            {
                return found
            }
            #endif
            guard let found = self.slot(of: name, at: engine.slot) else { return nil }
            slot = found
        }
        return slot
    }

    /// The attempt's engine is gone. `isCharged`: it may have begun. `ranOut`: it may, and the engine's time
    /// was over, which costs it nothing; but its history says so.
    mutating func attemptLost(
        _ slot: Int32, by engine: EngineID, isCharged: Bool, ranOut: Bool = false, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        if giveWay(slot) { return }
        let job = groups[live[slot].group].job
        var entry = OutcomeEntry(
            kind: .terminal, task: live[slot].id, state: .failed, cause: .engineLost,
            attempt: live[slot].attempt, engine: engine, endedAt: now)
        entry.endedAt = max(now, jobs[job].submittedAt)
        if live[slot].flags.contains(.cancelRequested) {
            finish(slot, stopped(slot, entry), .none, at: now, into: &actions)
            return
        }
        guard groups[live[slot].group].lane < 0 else {
            // It may have begun, and nothing runs twice there.
            finish(slot, entry, .none, at: now, into: &actions)
            return
        }
        let next = isCharged ? nextTry(slot, .engineLost) : .again
        if !isCharged {
            guard !endIfStopped(slot, at: now, into: &actions) else { return }
            guard ranOut else { return requeue(slot, newAttempt: true) }
            entry.cause = .walltime
            tryAgain(slot, .again, entry, .none, at: now, into: &actions)
        } else if next != .none {
            tryAgain(slot, next, entry, .none, at: now, into: &actions)
        } else {
            finish(slot, entry, .none, at: now, into: &actions)
        }
    }

    /// The end of a task that was told to stop: why it was.
    func stopped(_ slot: Int32, _ entry: OutcomeEntry) -> OutcomeEntry {
        var entry = entry
        let isLate = live[slot].flags.contains(.deadlinePassed)
        entry.state = isLate ? .expired : .cancelled
        entry.cause = isLate ? .deadline : .cancelled
        // Whatever the engine's clock says.
        if isLate { entry.endedAt = max(entry.endedAt, expiresAt(live[slot].group)) }
        return entry
    }

    /// Ends a live task. It is at no engine any more.
    mutating func finish(
        _ slot: Int32, _ entry: OutcomeEntry, _ payload: PayloadRef, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        let group = live[slot].group
        let id = live[slot].id
        jobs[groups[group].job].counts[live[slot].state] -= 1
        liveIndex.remove(id)
        dropExtras(of: slot)
        live.remove(slot)
        settle(
            group, id.index - groups[group].base, 1, entry, payload, wasInPlay: true, at: now, into: &actions)
    }

    /// Ends those tasks of the offsets that were never sent, and are not ended, as one range each run.
    mutating func endUntouched(
        _ group: Int32, _ offsets: Range<UInt32>, _ state: TaskState, _ cause: Cause, root: TaskID?,
        at now: Instant, into actions: inout SchedulerActions
    ) {
        let job = groups[group].job
        var start = max(offsets.lowerBound, groups[group].cursor)
        let end = min(offsets.upperBound, groups[group].count)
        while start < end {
            var stop = end
            if !groups[group].states.isEmpty {
                while start < end, groups[group].states[Int(start)] != 0 { start += 1 }
                stop = start
                while stop < end, groups[group].states[Int(stop)] == 0 { stop += 1 }
            }
            guard start < stop else { break }
            let count = stop - start
            let old: TaskState = groups[group].unmet > 0 ? .waiting : .ready
            jobs[job].counts[old] -= Int(count)
            groups[group].untouched -= count
            if start == groups[group].cursor { groups[group].cursor = stop }
            let entry = OutcomeEntry(
                kind: count == 1 ? .terminal : .range,
                task: TaskID(jobs[job].id, groups[group].base + start), count: count, state: state,
                cause: cause, endedAt: max(now, jobs[job].submittedAt), root: root)
            settle(group, start, count, entry, .none, at: now, into: &actions)
            // Settling may forget the job, when it was the last.
            guard groups.contains(group) else { return }
            start = stop
        }
    }

    /// Books `count` tasks from `offset` on as ended: states, counters, payloads, dependents, the job's log.
    private mutating func settle(
        _ group: Int32, _ offset: UInt32, _ count: UInt32, _ entry: OutcomeEntry, _ payload: PayloadRef,
        wasInPlay: Bool = false, at now: Instant, into actions: inout SchedulerActions
    ) {
        let job = groups[group].job
        if entry.engine != .none, count == 1 {
            groups[group].ranOn.note(entry.engine, at: offset, of: groups[group].count)
        }
        noteEnds(of: group, count, entry.state, wasInPlay: wasInPlay)
        mark(group, offset, count, entry.state)
        jobs[job].counts[entry.state] += Int(count)
        countUnfinished(-Int(count), of: jobs[job].owner)
        groups[group].ended += count
        if entry.state == .succeeded { groups[group].succeeded += count }
        groups[group].noteFirst(entry, at: offset)
        jobs[job].newestEnd = max(jobs[job].newestEnd, entry.endedAt)
        append(entry, payload, job, into: &actions)
        releasePayloads(group, offset, count, into: &actions)
        if groups[group].lane >= 0 {
            noteLaneEnd(of: group, entry)
            leaveLaneIfDone(group)
        }
        if groups[group].hasTaskWatchers {
            for index in entry.task.index..<(entry.task.index + count) {
                let id = TaskID(entry.task.job, index)
                // An entry of a range names its first task where each is its own root.
                tellWatchers(of: id, entry.state, root: entry.cause == .dependency ? entry.root : id)
            }
        }
        if groups[group].succeeded >= groups[group].wakeSucceeded
            || groups[group].failedCount >= groups[group].wakeFailed
            || groups[group].ended >= groups[group].wakeEnded
        {
            wake(group)
        }
        endJobIfDone(job, at: now, into: &actions)
    }

    private mutating func mark(_ group: Int32, _ offset: UInt32, _ count: UInt32, _ state: TaskState) {
        groups[group].states.makeRoom(for: groups[group].count)
        if count == 1 {
            groups[group].states[Int(offset)] = state.rawValue
        } else {
            groups[group].states.fill(offset..<offset + count, with: state.rawValue)
        }
    }

    private mutating func releasePayloads(
        _ group: Int32, _ offset: UInt32, _ count: UInt32, into actions: inout SchedulerActions
    ) {
        guard !groups[group].blocks.isEmpty else { return }
        var index = blockIndex(of: group, offset)
        var from = offset
        let end = offset + count
        while from < end {
            let block = groups[group].blocks[index]
            let upTo = min(end, block.first + block.count)
            groups[group].blocks[index].remaining -= upTo - from
            if groups[group].blocks[index].remaining == 0 {
                actions.controls.append(.releaseBlock(block.ref))
            }
            from = upTo
            index += 1
        }
    }

    mutating func append(
        _ entry: OutcomeEntry, _ payload: PayloadRef, _ job: Int32, into actions: inout SchedulerActions
    ) {
        jobs[job].entries += 1
        actions.outcomes.append(.init(entry: entry, payload: payload))
    }

    /// The log's entry for a report, its times moved so that submitted ≤ sent ≤ started ≤ ended ≤ now,
    /// whatever the engine's clock says: so no child starts before its parent has ended.
    func entry(for report: AttemptReport, of slot: Int32, by engine: EngineID, at now: Instant)
        -> OutcomeEntry
    {
        let job = groups[live[slot].group].job
        // The clock may have been set back between two lives of the controller.
        let now = max(now, jobs[job].submittedAt)
        let earliest = min(now, max(jobs[job].submittedAt, live[slot].sentAt))
        let duration = max(0, report.durationNanoseconds)
        var started = Instant.zero
        var ended = now
        if report.startedAt != .zero {
            ended = min(now, max(earliest, report.startedAt) + duration)
            started = max(earliest, ended + -duration)
        }
        return OutcomeEntry(
            kind: .terminal, task: report.name.task, state: report.state, cause: report.cause,
            attempt: report.name.attempt, engine: engine, exitCode: report.exitCode, startedAt: started,
            endedAt: ended, cpuNanoseconds: report.cpuNanoseconds, peakMemoryKiB: report.peakMemoryKiB)
    }

    /// Exponential mean with weight 1/8; the first value counts whole.
    mutating func learn(_ group: Int32, _ duration: Int64) {
        let sample = min(max(1, duration), .seconds(86_400))
        let mean = groups[group].meanNanoseconds
        groups[group].meanNanoseconds = mean == 0 ? sample : max(1, mean + (sample - mean) / 8)
    }
}
