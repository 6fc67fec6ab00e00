// Attempts at collective tasks: sent to all ranks at once, ended when all have ended. The first rank that
// does not succeed ends it for all (conformance 58).
extension Scheduler {
    /// Sends the task to the engines in `seats`. Precondition: all have room.
    mutating func sendGang(_ head: Int32, at now: Instant, into actions: inout SchedulerActions) {
        var chosen = seats
        seats = []
        #if DEBUG
        if makes(.shortGang), chosen.count > 1 { chosen.removeLast() }
        #endif
        let group = live[head].group
        live[head].epoch = epoch
        live[head].sentAt = now
        begin(gang: head, .assigned)
        var gang = Gang(head: head)
        let poolRanks = chosen.map { poolRank($0) }
        for (rank, engine) in chosen.enumerated() {
            let slot = addRank(of: head, at: engine)
            dispatchCount += 1
            engines[engine].lastUsed = dispatchCount
            reorder(engine)
            charge(slot)
            statistics.dispatched += 1
            gang.members.append(.init(engine: engines[engine].id, slot: slot, poolRank: poolRanks[rank]))
            actions.gangs.append(
                .init(
                    dispatch: makeDispatch(slot, to: engine, of: group),
                    seat: GangSeat(
                        rank: UInt32(rank), poolRanks: poolRanks,
                        hosts: rank == 0 ? chosen.map { engines[$0].info.host } : [])))
        }
        gang.left = chosen.count
        gangs[live[head].id] = gang
    }

    /// The task's own record stands for a gang from now on. Precondition: it is ready, at no engine.
    mutating func begin(gang head: Int32, _ state: TaskState) {
        let group = live[head].group
        let job = groups[group].job
        jobs[job].counts[live[head].state] -= 1
        jobs[job].counts[state] += 1
        live[head].state = state
        live[head].flags.insert(.gang)
        bookBrakes(of: group, 1)
    }

    /// A record for one rank, on its engine's accounts.
    mutating func addRank(of head: Int32, at engine: Int32) -> Int32 {
        var record = LiveTask(
            id: live[head].id, group: live[head].group, state: live[head].state,
            payloadBytes: live[head].payloadBytes)
        record.flags = .rank
        record.attempt = live[head].attempt
        record.epoch = live[head].epoch
        record.stage = live[head].stage
        record.memoryFailures = live[head].memoryFailures
        record.sentAt = live[head].sentAt
        record.wantsNewAttempt = false
        record.queue = live[head].queue
        if record.queue >= 0 { ready.queues[record.queue].users += 1 }
        rankRecords += 1
        let slot = live.insert(record)
        link(slot, to: engine)
        return slot
    }

    /// Of a gang, counted once however many ranks it has.
    private mutating func bookBrakes(of group: Int32, _ sign: Int64) {
        if groups[group].brake >= 0 { bookBrake(groups[group].brake, sign) }
        let brake = jobs[groups[group].job].brake
        if brake >= 0 { bookBrake(brake, sign) }
    }

    /// The rank's record of this dispatch at the engine, if it has one.
    func rank(of task: TaskID, at engine: Int32) -> Int32? {
        gangs[task]?.members.first { $0.slot >= 0 && live[$0.slot].engine == engine }?.slot
    }

    // MARK: Ends of ranks

    mutating func rankEnded(
        _ slot: Int32, _ report: AttemptReport, _ payload: PayloadRef, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        let engine = live[slot].engine
        let id = engines[engine].id
        let wasStopped = live[slot].flags.contains(.cancelRequested)
        if report.startedAt != .zero, !wasStopped { learn(live[slot].group, report.durationNanoseconds) }
        unlink(slot, ran: report.startedAt == .zero ? 0 : report.durationNanoseconds)
        let entry = entry(for: report, of: slot, by: id, at: now)
        let isFree = judge(engine: engine, report, of: slot, at: now, into: &actions)
        let end: Gang.End? =
            switch report.state {
            case .succeeded: nil
            case .cancelled: .returned(id, isCounted: true)
            default: .failed(entry, errorName: report.errorName, isFree: isFree)
            }
        endRank(slot, entry, payload, end, at: now, into: &actions)
    }

    /// The rank's engine is gone, or gave it back. It is at no engine any more.
    mutating func rankLost(
        _ slot: Int32, by engine: EngineID, _ end: Gang.End, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        var entry = OutcomeEntry(
            kind: .rank, task: live[slot].id, state: .cancelled, cause: .cancelled,
            attempt: live[slot].attempt, engine: engine)
        if case .lost = end { (entry.state, entry.cause) = (.failed, .engineLost) }
        entry.endedAt = max(now, jobs[groups[live[slot].group].job].submittedAt)
        endRank(slot, entry, .none, end, at: now, into: &actions)
    }

    private mutating func endRank(
        _ slot: Int32, _ entry: OutcomeEntry, _ payload: PayloadRef, _ end: Gang.End?, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        let task = live[slot].id
        let job = groups[live[slot].group].job
        removeRank(slot)
        guard var gang = gangs.removeValue(forKey: task),
            let rank = gang.members.firstIndex(where: { $0.slot == slot })
        else { return }
        gang.members[rank].slot = -1
        gang.left -= 1
        gang.add(entry)
        var end = end
        if let place = gang.place(of: rank) {
            var entry = entry
            entry.kind = .rank
            entry.rank = UInt16(place)
            append(entry, payload, job, into: &actions)
        } else {
            end = .returned(gang.members[rank].engine, isCounted: false)
        }
        if gang.end == nil, let end {
            gang.end = end
            stop(&gang, into: &actions)
        }
        gangs[task] = gang
        if gang.hasEnded { conclude(gang, at: now, into: &actions) }
    }

    /// Ends the attempt for all of its ranks: nobody's fault.
    mutating func giveBack(_ task: TaskID, at now: Instant, into actions: inout SchedulerActions) {
        guard var gang = gangs[task], let first = gang.members.first else { return }
        if gang.end == nil {
            gang.end = .returned(first.engine, isCounted: false)
            stop(&gang, into: &actions)
        }
        gangs[task] = gang
        if gang.hasEnded { conclude(gang, at: now, into: &actions) }
    }

    private mutating func removeRank(_ slot: Int32) {
        if live[slot].queue >= 0 { releaseQueue(live[slot].queue) }
        live.remove(slot)
        rankRecords -= 1
    }

    /// Tells the ranks that have not ended to stop.
    private mutating func stop(_ gang: inout Gang, into actions: inout SchedulerActions) {
        for member in gang.members where member.slot >= 0 {
            guard live[member.slot].flags.insert(.cancelRequested).inserted else { continue }
            #if DEBUG
            if makes(.deafRanks) { continue }
            #endif
            let record = live[member.slot]
            actions.controls.append(
                .stop(
                    handle(of: record.engine),
                    DispatchName(task: record.id, attempt: record.attempt, epoch: record.epoch)))
        }
    }

    mutating func stopRanks(of task: TaskID, into actions: inout SchedulerActions) {
        guard var gang = gangs[task] else { return }
        stop(&gang, into: &actions)
    }

    // MARK: The end of the attempt

    /// All ranks have ended.
    private mutating func conclude(_ gang: Gang, at now: Instant, into actions: inout SchedulerActions) {
        let head = gang.head
        gangs[live[head].id] = nil
        letLeave(key(of: gang), into: &actions)
        live[head].flags.remove(.gang)
        bookBrakes(of: live[head].group, -1)
        let isCancelled = live[head].flags.contains(.cancelRequested)
        switch gang.end {
        case nil:
            noteSuccess(of: live[head].group, at: now)
            finish(head, succeeded(gang), .ofGang, at: now, into: &actions)
        case .failed(let entry, _, _) where isCancelled:
            finish(head, entry, .ofGang, at: now, into: &actions)
        case .failed(let entry, let errorName, let isFree):
            let next =
                isFree && !isStopped(live[head].group)
                ? .again : nextTry(head, entry.cause, exitCode: entry.exitCode, errorName: errorName)
            if next == .none {
                finish(head, entry, .ofGang, at: now, into: &actions)
            } else {
                tryAgain(head, next, entry, .ofGang, isFree: isFree, at: now, into: &actions)
            }
        case .lost(let engine, let isCharged):
            attemptLost(head, by: engine, isCharged: isCharged, at: now, into: &actions)
        case .returned(let engine, let isCounted):
            if isCounted { live[head].returns = live[head].returns &+ 1 }
            let isCharged = isCounted && live[head].returns > 5
            attemptLost(head, by: engine, isCharged: isCharged, at: now, into: &actions)
        }
    }

    /// The entry of a task whose ranks have all succeeded.
    private func succeeded(_ gang: Gang) -> OutcomeEntry {
        let head = live[gang.head]
        return OutcomeEntry(
            kind: .terminal, task: head.id, state: .succeeded, attempt: head.attempt,
            engine: gang.members.first?.engine ?? .none,
            startedAt: gang.startedAt == .never ? .zero : gang.startedAt, endedAt: gang.endedAt,
            cpuNanoseconds: gang.cpuNanoseconds, peakMemoryKiB: gang.peakMemoryKiB)
    }
}

extension Gang {
    /// The member's rank in the gang; nil if it cannot be told.
    fileprivate func place(of member: Int) -> Int? {
        if isGivenUp { return nil }
        if unclaimed == 0 { return member }
        return isWholePool ? Int(members[member].poolRank) : nil
    }

    /// What a rank that has ended took.
    fileprivate mutating func add(_ entry: OutcomeEntry) {
        if entry.startedAt != .zero { startedAt = min(startedAt, entry.startedAt) }
        endedAt = max(endedAt, entry.endedAt)
        cpuNanoseconds = cpuNanoseconds.addingReportingOverflow(entry.cpuNanoseconds).partialValue
        peakMemoryKiB = max(peakMemoryKiB, entry.peakMemoryKiB)
    }
}
