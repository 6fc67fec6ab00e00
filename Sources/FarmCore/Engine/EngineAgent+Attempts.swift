extension EngineAgent {
    /// A dispatch came: into the queue of its need, if it is wanted here and new.
    mutating func take(_ attempt: Attempt, into actions: inout [Action]) {
        // The id of all ones is no task's; the table could not tell it from an empty place.
        guard attempt.name.task.raw != .max, table.slot(of: attempt.name) == nil else {
            counters.duplicateDispatches += 1
            actions.append(.releaseWork(attempt.work))
            return
        }
        guard standing == .working, table.count < limits.held else {
            counters.givenBack += 1
            actions.append(.releaseWork(attempt.work))
            if isAttached { actions.append(.sendRecalled(attempt.name, givenBack: true)) }
            return
        }
        let slot = table.insert(attempt)
        guard Int(attempt.cpus) <= limits.cpus, Int(attempt.gpus) <= limits.gpus,
            attempt.memoryBytes <= limits.memoryBytes
        else {
            actions.append(.releaseWork(attempt.work))
            emit(slot, AttemptReport(name: attempt.name, state: .failed, cause: .notStarted), into: &actions)
            return
        }
        nextOrder += 1
        if attempt.lane >= 0 {
            waitingInLanes.append(slot, in: &table)
        } else {
            pending.append(slot, in: &table)
        }
    }

    /// Starts pending attempts in the order in which they came; one is passed only while it does not fit in
    /// what is free. Nothing starts while the window is full of unrecorded results.
    mutating func startWhatFits(at now: Instant, into actions: inout [Action]) {
        while pending.count > 0, standing == .working, running.count - takenLanes.count < limits.slots,
            freeCPUs > 0,
            unrecordedBytes == 0 || unrecordedBytes < windowBytes,
            let slot = pending.oldest(
                cpus: freeCPUs, gpus: gpus.freeCount, memoryBytes: freeMemory, in: table)
        {
            guard lasts(slot, from: now) else {
                counters.givenBack += 1
                giveBack(slot, into: &actions)
                continue
            }
            pending.remove(slot, in: &table)
            begin(slot, at: now, into: &actions)
        }
    }

    mutating func begin(_ slot: Int32, at now: Instant, into actions: inout [Action]) {
        table[slot].phase = .running
        table[slot].startedAt = now
        freeCPUs -= Int(table[slot].cpus)
        freeMemory -= table[slot].memoryBytes
        if limits.hasCores { table[slot].cores = cores.take(Int(table[slot].cpus)) }
        if table[slot].gpus > 0 { table[slot].gpuPlaces = gpus.take(Int(table[slot].gpus)) }
        running.append(slot, in: &table)
        if firstUntold == Attempt.none { firstUntold = slot }
        if table[slot].timeoutNanoseconds > 0 {
            timedCount += 1
            nextTimeout = min(nextTimeout, table[slot].deadline)
        }
        actions.append(.start(table.token(of: slot), table[slot].name, work: table[slot].work))
    }

    /// A recall: given back if it has not begun.
    mutating func recall(_ name: DispatchName, into actions: inout [Action]) {
        guard let slot = table.slot(of: name), table[slot].phase == .pending else {
            if isAttached { actions.append(.sendRecalled(name, givenBack: false)) }
            return
        }
        giveBack(slot, into: &actions)
    }

    /// Drops a pending attempt and tells the controller so. Without a session there is nothing to tell: the
    /// next hello does not claim it.
    mutating func giveBack(_ slot: Int32, into actions: inout [Action]) {
        removePending(slot)
        actions.append(.releaseWork(table[slot].work))
        if isAttached { actions.append(.sendRecalled(table[slot].name, givenBack: true)) }
        table.remove(slot)
    }

    /// A cancel: at once if it has not begun, else by way of the worker. What has ended stays as it ended.
    mutating func stop(_ name: DispatchName, at now: Instant, into actions: inout [Action]) {
        guard let slot = table.slot(of: name) else { return }
        switch table[slot].phase {
        case .pending:
            removePending(slot)
            actions.append(.releaseWork(table[slot].work))
            emit(slot, AttemptReport(name: name, state: .cancelled, cause: .cancelled), into: &actions)
        case .running:
            terminate(slot, .cancelled, at: now, into: &actions)
        case .stopping where table[slot].stopReason != .cancelled:
            table[slot].stopReason = .cancelled
            actions.append(
                .terminate(
                    table.token(of: slot), .cancelled, graceNanoseconds: table[slot].graceNanoseconds))
        case .stopping, .finished:
            break
        }
    }

    /// Precondition: the attempt is running.
    mutating func terminate(
        _ slot: Int32, _ reason: StopReason, at now: Instant, into actions: inout [Action]
    ) {
        untime(slot)
        table[slot].phase = .stopping
        table[slot].stopReason = reason
        table[slot].stoppedAt = now
        actions.append(
            .terminate(table.token(of: slot), reason, graceNanoseconds: table[slot].graceNanoseconds))
    }

    /// The attempt's timeout no longer applies. Precondition: it is running, not stopping.
    private mutating func untime(_ slot: Int32) {
        guard table[slot].timeoutNanoseconds > 0 else { return }
        timedCount -= 1
        if timedCount == 0 { nextTimeout = .never }
    }

    /// The worker says that an attempt has ended.
    mutating func finish(
        _ token: AttemptToken, _ report: AttemptReport, payloadBytes: Int, at now: Instant,
        into actions: inout [Action]
    ) {
        guard let slot = table.slot(of: token),
            table[slot].phase == .running || table[slot].phase == .stopping
        else {
            counters.ignoredFinishes += 1
            return
        }
        if table[slot].phase == .running { untime(slot) }
        if firstUntold == slot { firstUntold = table[slot].next }
        running.remove(slot, in: &table)
        if table[slot].lane >= 0 { takenLanes.remove(table[slot].lane) }
        freeCPUs += Int(table[slot].cpus)
        freeMemory += table[slot].memoryBytes
        cores.give(table[slot].cores)
        gpus.give(table[slot].gpuPlaces)
        table[slot].cores = IdentityPool.none
        table[slot].gpuPlaces = IdentityPool.none
        if standing == .leaving, running.count == 0 {
            leaveDeadline = min(leaveDeadline, now + limits.leaveNanoseconds)
        }
        if let settled = settle(report, of: table[slot], at: now) {
            emit(slot, settled, payloadBytes: payloadBytes, into: &actions)
        } else {
            counters.givenBack += 1
            if isAttached { actions.append(.sendRecalled(table[slot].name, givenBack: true)) }
            table.remove(slot)
        }
    }

    /// What the end of an attempt comes to, given whether it was being stopped; nil if it is given back.
    ///
    /// Success counts if it came before the attempt was told to end, by the engine's own clock. After that,
    /// how the body ended is the stop's doing.
    private func settle(_ report: AttemptReport, of attempt: Attempt, at now: Instant) -> AttemptReport? {
        var report = report
        report.name = attempt.name
        // It has not run: it has no times, and nobody is to learn from them.
        if report.state == .succeeded, report.cause == .unchanged, attempt.phase == .running {
            (report.startedAt, report.durationNanoseconds) = (.zero, 0)
            return report
        }
        if report.startedAt == .zero {
            report.startedAt = attempt.startedAt
            report.durationNanoseconds = now - attempt.startedAt
        }
        // The wire refuses negative times, and a clock may always be wrong.
        report.startedAt = max(.zero, report.startedAt)
        report.durationNanoseconds = max(0, report.durationNanoseconds)
        report.cpuNanoseconds = max(0, report.cpuNanoseconds)
        let endedBefore =
            attempt.phase == .running
            || report.startedAt + report.durationNanoseconds <= attempt.stoppedAt
        if report.state == .succeeded, endedBefore {
            report.cause = .none
            return report
        }
        if attempt.phase == .stopping {
            switch attempt.stopReason {
            case .leaving where attempt.lane >= 0:
                // What is given back would be sent again; this one has run, and nothing runs twice in a lane.
                report.state = .failed
                report.cause = .engineLost
                return report
            case .leaving:
                return nil
            case .cancelled:
                report.state = .cancelled
                report.cause = .cancelled
                return report
            case .timeout where !endedBefore:
                report.state = .failed
                report.cause = .timeout
                return report
            case .timeout:
                break
            }
        }
        report.state = .failed
        switch report.cause {
        case .notStarted, .badResult, .outOfMemory, .notHere: break
        default: report.cause = .failure
        }
        return report
    }

    /// Puts a result into the open batch, after closing the one that it would make too large.
    mutating func emit(
        _ slot: Int32, _ report: AttemptReport, payloadBytes: Int? = nil, into actions: inout [Action]
    ) {
        let bytes = Self.entryBytes + max(0, payloadBytes ?? 0)
        if openBytes + bytes > limits.batchBytes { closeBatch(into: &actions) }
        table[slot].phase = .finished
        table[slot].resultBytes = bytes
        finished.append(slot, in: &table)
        openCount += 1
        openBytes += bytes
        unrecordedBytes += bytes
        actions.append(.emitResult(report, hint: table[slot].hint, withPayload: payloadBytes != nil))
    }
}
