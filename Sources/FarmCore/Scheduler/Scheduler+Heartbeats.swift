// What comes with time: silent engines, ends of waits.
extension Scheduler {
    /// Whether heartbeats will be looked at by then: the node has to say who was heard of before.
    public func checksHeartbeats(by now: Instant) -> Bool { heartbeatCheckAt <= now }

    /// The engine has been heard of: its heartbeat limit begins anew. O(1).
    public mutating func heard(_ engine: EngineHandle, at now: Instant) {
        guard contains(engine) else { return }
        engines[engine.slot].lastHeard = max(engines[engine.slot].lastHeard, now)
    }

    /// Heartbeat limits, ends of reconnection and of absence, end of the recovery hold.
    mutating func timers(at now: Instant, into actions: inout SchedulerActions) {
        let late = now - ownTimer
        if late > heartbeatPeriod { stoodStill(for: late, at: now) }
        if heartbeatCheckAt <= now { checkHeartbeats(at: now, into: &actions) }
        if let until = heldUntil, until <= now { endHold(at: now, into: &actions) }
        if awaitTickAt <= now { countWaiting(at: now, into: &actions) }
        if rebalanceAt <= now { rebalanceAt = .never }
        if quarantineAt <= now { probe(at: now) }
        endDelays(at: now)
        expire(at: now, into: &actions)
    }

    var heartbeatPeriod: Int64 { max(1, settings.heartbeatLimitNanoseconds / 4) }

    /// This process (or its whole machine) did not run for a while: that nobody was heard of meanwhile says
    /// nothing.
    private mutating func stoodStill(for nanoseconds: Int64, at now: Instant) {
        if let until = heldUntil { heldUntil = until + nanoseconds }
        if awaitTickAt != .never { awaitTickAt = awaitTickAt + nanoseconds }
        for slot in engines.slots {
            switch engines[slot].presence {
            case .attached:
                engines[slot].lastHeard = min(now, engines[slot].lastHeard + nanoseconds)
            case .disconnected(let until):
                engines[slot].presence = .disconnected(until: until + nanoseconds)
            case .away, .expected:
                break
            }
        }
    }

    private mutating func checkHeartbeats(at now: Instant, into actions: inout SchedulerActions) {
        heartbeatCheckAt = .never
        for slot in engines.slots {
            switch engines[slot].presence {
            case .attached:
                if now - engines[slot].lastHeard >= settings.heartbeatLimitNanoseconds {
                    // Its session stands, so it would not come back by itself.
                    actions.controls.append(.resetSession(engines[slot].session))
                    let silent = (now - engines[slot].lastHeard) / 1_000_000
                    lose(slot, "nothing heard of it for \(silent) ms", at: now, into: &actions)
                    removeIfReplaced(slot, at: now, into: &actions)
                } else {
                    heartbeatCheckAt = min(heartbeatCheckAt, now + heartbeatPeriod)
                }
            case .disconnected(let until):
                if until <= now {
                    lose(slot, "its connection broke and it did not come back", at: now, into: &actions)
                    removeIfReplaced(slot, at: now, into: &actions)
                } else {
                    heartbeatCheckAt = min(heartbeatCheckAt, until)
                }
            case .away(let until):
                if until <= now {
                    remove(slot, at: now, into: &actions)
                } else {
                    heartbeatCheckAt = min(heartbeatCheckAt, until)
                }
            case .expected:
                break
            }
        }
    }
}
