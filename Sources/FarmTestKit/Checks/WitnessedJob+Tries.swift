// How often a task may be tried, when, and until when, worked out from what was submitted.
extension WitnessedJob {
    /// The ledger tells of an attempt.
    func wasTried(_ index: UInt32) -> Bool { spent[index] != nil || triedByRanks.contains(index) }

    /// Ends of collective tasks have no payload: those of their ranks have.
    mutating func noteError(_ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer) {
        guard entry.state == .failed, !payload.isEmpty else { return }
        if entry.kind == .rank, errors[entry.task.index]?.attempt == entry.attempt { return }
        errors[entry.task.index] = (entry.attempt, AttemptPayload.errorName(in: payload))
    }

    /// Whether the failure is one of those that are tried again at all.
    private func isSelected(_ entry: OutcomeEntry, _ retry: RetryPolicy) -> Bool {
        if retry.exitCodes.isEmpty, retry.errors.isEmpty { return true }
        return retry.exitCodes.contains(entry.exitCode)
            || retry.errors.contains(errors[entry.task.index]?.name ?? "")
    }

    /// Books an attempt that ended and was not the last.
    mutating func count(_ entry: OutcomeEntry, _ witness: Witness) {
        if let group = group(of: entry.task.index), !groups[group].spec.policy.lane.isEmpty {
            witness.fault("task \(entry.task) is to be tried again, and is in a lane")
        }
        var used = spent[entry.task.index] ?? Spent()
        used.newest = entry
        if entry.stage != used.stage {
            if entry.stage != used.stage + 1 || !isUsedUp(entry, used, free: witness.free(used)) {
                witness.fault("task \(entry.task) went on to its recovery \(entry.stage) too early: \(used)")
            }
            // Where it failed before the recovery may be quarantined yet, and give a try back.
            used = Spent(
                failedAt: used.failedAt + [entry.engine.raw], refusedBy: used.refusedBy,
                avoided: used.avoided, stage: entry.stage, newest: entry)
        } else {
            switch entry.cause {
            case .timeout: used.timeouts += 1
            case .engineLost: used.losses += 1
            case .outOfMemory: used.memoryFailures += 1
            case .walltime: break
            case .notHere:
                if used.refusedBy.contains(entry.engine.raw) {
                    witness.fault(
                        "task \(entry.task) was tried again at engine \(entry.engine), which it cannot run on"
                    )
                }
                used.refusedBy.append(entry.engine.raw)
            default:
                used.failures += 1
                used.failedAt.append(entry.engine.raw)
                if let retry = retry(of: entry.task.index), !isSelected(entry, retry) {
                    used.unselected.append(entry.engine.raw)
                }
            }
        }
        spent[entry.task.index] = used
        guard ![.engineLost, .notHere, .walltime].contains(entry.cause),
            retry(of: entry.task.index)?.avoidsEngine == true
        else { return }
        spent[entry.task.index]?.avoided.append(entry.engine.raw)
    }

    /// A limit of k allows k attempts more than one (conformance 21), each cause for itself (23).
    func checkBudgets(_ entry: OutcomeEntry, _ witness: Witness) {
        guard let retry = retry(of: entry.task.index) else { return }
        let used = spent[entry.task.index] ?? Spent()
        if used.failures > retry.failure + witness.free(used) || used.timeouts > retry.timeout
            || used.losses > retry.engineLost || used.memoryFailures > retry.outOfMemory
        {
            witness.fault("task \(entry.task) was tried more often than its budget allows: \(used)")
        }
        // Once its engine is quarantined a try is free, whatever it failed with.
        if used.unselected.contains(where: { !witness.wasQuarantined($0) }) {
            witness.fault("task \(entry.task) was tried again after a failure that is not to be: \(used)")
        }
    }

    /// A failure is final only when its cause's budget is used up and no recovery is left, or nobody wants
    /// the task any more.
    func checkFailure(_ entry: OutcomeEntry, _ witness: Witness) {
        // In a lane nothing is tried again.
        guard let group = group(of: entry.task.index), !cancelRequested.contains(entry.task.index),
            trippedAt(group) == nil, groups[group].spec.policy.lane.isEmpty
        else { return }
        let used = spent[entry.task.index] ?? Spent()
        let isLast = Int(used.stage) == groups[group].spec.policy.recoveries.count
        // Behind its deadline nothing is tried again, also if word of a failure before comes late.
        if !isUsedUp(entry, used, free: witness.free(used)) || !isLast, witness.now < expiry(of: group) {
            witness.fault("task \(entry.task) was given up with \(entry.cause.word) too early: \(used)")
        }
    }

    private func isUsedUp(_ entry: OutcomeEntry, _ used: Spent, free: UInt32) -> Bool {
        guard let group = group(of: entry.task.index) else { return true }
        let policy = groups[group].spec.policy
        let retry = used.stage == 0 ? policy.retry : policy.recoveries[Int(used.stage) - 1].retry
        return switch entry.cause {
        case .timeout: used.timeouts == retry.timeout
        case .engineLost: used.losses == retry.engineLost
        case .outOfMemory: used.memoryFailures == retry.outOfMemory
        case .notHere, .walltime: false
        default:
            !isSelected(entry, retry)
                || used.failures >= retry.failure && used.failures <= retry.failure + free
        }
    }

    private func retry(of index: UInt32) -> RetryPolicy? {
        guard let group = group(of: index) else { return nil }
        let policy = groups[group].spec.policy
        let stage = Int(spent[index]?.stage ?? 0)
        return stage == 0
            ? policy.retry : stage <= policy.recoveries.count ? policy.recoveries[stage - 1].retry : nil
    }

    // MARK: Time

    /// The task is not sent before this: its delay, less what chance may take off it.
    func earliest(_ index: UInt32, _ witness: Witness) -> Instant {
        guard let used = spent[index], let newest = used.newest,
            ![.engineLost, .notHere, .walltime].contains(newest.cause),
            let retry = retry(of: index), retry.delayNanoseconds > 0
        else { return .zero }
        let charged = used.failures + used.timeouts + used.memoryFailures
        let count = charged - min(charged, witness.free(used))
        guard count > 0 else { return .zero }
        var delay = Double(retry.delayNanoseconds)
        for _ in 1..<max(1, count) { delay *= retry.factor }
        if retry.maximumDelayNanoseconds > 0 { delay = min(delay, Double(retry.maximumDelayNanoseconds)) }
        // Less what rounding may take.
        return newest.endedAt + (Int64(delay * (1 - retry.jitter)) - 1_000)
    }

    /// When the group's deadline comes; `never` without one.
    func expiry(of group: Int) -> Instant {
        switch groups[group].spec.policy.deadline {
        case .none: .never
        case .at(let instant): instant
        case .after(let nanoseconds): submittedAt + nanoseconds
        }
    }

    /// Until when a first attempt must have begun; `never` if there is no such limit.
    func startLimit(of group: Int) -> Instant {
        let limit = groups[group].spec.policy.startWithinNanoseconds
        return limit > 0 ? submittedAt + limit : .never
    }

    func checkExpiry(_ index: UInt32, _ entry: OutcomeEntry, _ witness: Witness) {
        guard let group = group(of: index) else { return }
        let task = TaskID(id, index)
        let limit = entry.cause == .deadline ? expiry(of: group) : startLimit(of: group)
        if entry.endedAt < limit { witness.fault("task \(task) expired before its time") }
        if entry.cause == .startWithin, spent[index] != nil {
            witness.fault("task \(task) expired for not having begun, and had")
        }
    }
}
