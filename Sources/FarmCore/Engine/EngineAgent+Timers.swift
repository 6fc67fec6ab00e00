extension EngineAgent {
    /// When `timer` is wanted next; `never` if nothing waits for the clock. May be early when the attempt
    /// that it was for has ended meanwhile, never late.
    public var nextTimer: Instant {
        guard standing != .left else { return .never }
        var next = min(nextTimeout, leaveDeadline)
        if standing != .leaving { next = min(next, limits.until) }
        if isAttached, firstUntold != Attempt.none {
            next = min(next, table[firstUntold].startedAt + limits.startedAfterNanoseconds)
        }
        return next
    }

    mutating func timer(at now: Instant, into actions: inout [Action]) {
        tellStarted(at: now, into: &actions)
        if nextTimeout <= now { endOverdue(at: now, into: &actions) }
        // Its time is over: what runs is given back, and others do it.
        if limits.until <= now { leaveNow(at: now, into: &actions) }
        if leaveDeadline <= now {
            // Who has not ended by now will not; the nanny ends it with the engine.
            closeBatch(into: &actions)
            leave(into: &actions)
        }
    }

    /// Whether the engine has time for the attempt, which is in no lane. What it waited for here has taken
    /// some.
    func lasts(_ slot: Int32, from now: Instant) -> Bool {
        let lasting = table[slot].lastingNanoseconds
        return limits.until == .never || lasting <= 0 || now + lasting <= limits.until
    }

    private mutating func tellStarted(at now: Instant, into actions: inout [Action]) {
        guard isAttached else { return }
        while firstUntold != Attempt.none {
            let startedAt = table[firstUntold].startedAt
            guard startedAt + limits.startedAfterNanoseconds <= now else { return }
            actions.append(.sendStarted(table[firstUntold].name, at: startedAt))
            firstUntold = table[firstUntold].next
        }
    }

    private mutating func endOverdue(at now: Instant, into actions: inout [Action]) {
        var next = Instant.never
        var slot = running.first
        while slot != Attempt.none {
            if table[slot].phase == .running {
                if table[slot].deadline <= now {
                    terminate(slot, .timeout, at: now, into: &actions)
                } else {
                    next = min(next, table[slot].deadline)
                }
            }
            slot = table[slot].next
        }
        nextTimeout = next
    }
}
