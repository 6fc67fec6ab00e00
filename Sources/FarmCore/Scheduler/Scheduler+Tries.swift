// What follows an attempt that did not succeed: another try, at once or after a delay, a recovery, or the
// end.
extension Scheduler {
    /// What an attempt that has ended comes to.
    enum NextTry: Equatable {
        /// Another, at the cost of the cause's budget.
        case again
        /// The next recovery begins.
        case recovery
        case none
    }

    func nextTry(_ slot: Int32, _ cause: Cause, exitCode: Int32 = 0, errorName: String = "") -> NextTry {
        guard !isStopped(live[slot].group), groups[live[slot].group].lane < 0 else { return .none }
        let policy = retryPolicy(of: slot)
        let isLeft =
            switch cause {
            // It has not been tried at all.
            case .notHere: true
            case .timeout: live[slot].timeouts < policy.timeout
            case .outOfMemory: live[slot].memoryFailures < policy.outOfMemory
            case .engineLost: live[slot].losses < policy.engineLost
            default:
                live[slot].failures < policy.failure
                    && policy.selects(exitCode: exitCode, errorName: errorName)
            }
        if isLeft { return .again }
        let recoveries = policies[groups[live[slot].group].policy].recoveries
        return Int(live[slot].stage) < recoveries.count ? .recovery : .none
    }

    /// That of the recovery that the task is in, or its own.
    func retryPolicy(of slot: Int32) -> RetryPolicy {
        policies[groups[live[slot].group].policy].retry(inStage: live[slot].stage)
    }

    /// Notes the attempt in the job's log and has the task tried again; `isFree`: at nobody's cost.
    mutating func tryAgain(
        _ slot: Int32, _ next: NextTry, _ entry: OutcomeEntry, _ payload: PayloadRef, isFree: Bool = false,
        at now: Instant, into actions: inout SchedulerActions
    ) {
        statistics.retries += 1
        var entry = entry
        entry.kind = .attempt
        entry.stage = live[slot].stage + (next == .recovery ? 1 : 0)
        count(entry, slot)
        append(entry, payload, groups[live[slot].group].job, into: &actions)
        if isFree { forgive(slot, at: now, into: &actions) }
        learnPlace(slot, from: entry)
        if entry.cause == .notHere, isHopeless(placement(of: slot)) {
            return end(hopeless: slot, .notHere, at: now, into: &actions)
        }
        let until = endOfDelay(slot, after: entry)
        live[slot].notBefore = until
        if until > now, !mayBeElsewhere(slot) {
            park(slot, until: until)
        } else {
            requeue(slot, newAttempt: true)
        }
    }

    /// Books an attempt that is followed by another: at the cost of its cause's budget, or those of the
    /// recovery that follows begin.
    mutating func count(_ entry: OutcomeEntry, _ slot: Int32) {
        let most = policies[groups[live[slot].group].policy].recoveries.count
        if entry.stage > live[slot].stage, Int(entry.stage) <= most {
            live[slot].stage = entry.stage
            (live[slot].failures, live[slot].timeouts, live[slot].memoryFailures) = (0, 0, 0)
            live[slot].losses = 0
            return
        }
        switch entry.cause {
        case .timeout: live[slot].timeouts += 1
        case .outOfMemory: live[slot].memoryFailures += 1
        case .engineLost: live[slot].losses += 1
        case .notHere, .walltime: break
        default: live[slot].failures += 1
        }
    }

    /// When the next attempt may be sent. The loss of an engine, or the end of its time, is nobody's fault,
    /// and a recovery is no repetition: neither waits.
    func endOfDelay(_ slot: Int32, after entry: OutcomeEntry) -> Instant {
        let charged = live[slot].failures + live[slot].timeouts + live[slot].memoryFailures
        guard ![.engineLost, .notHere, .walltime].contains(entry.cause), charged > 0 else { return .zero }
        let delay = retryPolicy(of: slot).delay(after: charged, of: live[slot].id)
        return delay > 0 ? entry.endedAt + delay : .zero
    }

    /// Has the task, which is at no engine, wait until then.
    mutating func park(_ slot: Int32, until: Instant) {
        let job = groups[live[slot].group].job
        jobs[job].counts[live[slot].state] -= 1
        jobs[job].counts.waiting += 1
        live[slot].state = .waiting
        live[slot].flags.remove(.recalling)
        live[slot].wantsNewAttempt = true
        live[slot].notBefore = until
        #if DEBUG
        if makes(.forgottenTimer) { return }
        #endif
        delays.push(
            .init(
                key: UInt64(max(0, until.nanoseconds)), slot: slot, generation: live.generation(of: slot)))
    }

    /// Queues tasks whose delay is over. O(log delayed) each.
    mutating func endDelays(at now: Instant) {
        while let first = delays.first, first.key <= UInt64(max(0, now.nanoseconds)) {
            delays.removeFirst()
            guard live.contains(first.slot, generation: first.generation),
                live[first.slot].state == .waiting
            else { continue }
            requeue(first.slot, newAttempt: true)
        }
    }
}
