extension SessionDesk {
    /// When `tick` is due.
    public var nextTimer: Instant {
        let ping = busyCount > 0 ? min(timers.nextBusyPing, timers.nextSweep) : timers.nextSweep
        return min(ping, timers.retryAt)
    }

    /// Does what is due: pings, backlogs, silence, expiry. Call it once a turn, after all frames that had
    /// come were handed over, so that nobody is called silent whose word is already here. Cheap when nothing
    /// is due.
    /// - Parameter isDrained: whether all that had come really was handed over.
    public func tick(at now: Instant, isDrained: Bool = true) {
        self.now = max(now, self.now)
        defer { closeDeparted(isDrained: isDrained) }
        if now - timers.lastTick > 2 * limits.heartbeatNanoseconds { timers.silenceFloor = now }
        timers.lastTick = now
        if now >= timers.retryAt { retryBlocked() }
        if now >= timers.nextSweep {
            timers.nextSweep = now + limits.heartbeatNanoseconds
            sweep()
        } else if busyCount > 0, now >= timers.nextBusyPing {
            pingBusy()
        } else {
            return
        }
        timers.nextBusyPing = now + limits.busyPingNanoseconds
    }

    private func pingBusy() {
        for index in 0..<table.slots.count where table.slots[index].isBusy { ping(index) }
    }

    /// Judges every connection, and pings those that stay; a muted one is pinged too, to learn when it is
    /// gone.
    private func sweep() {
        let revision = gate.revision()
        let isChanged = revision != timers.revision
        timers.revision = revision
        for index in 0..<table.slots.count {
            switch table.slots[index].phase {
            case .free:
                continue
            case .greeting:
                if now - table.slots[index].since > SessionTimers.greetingNanoseconds {
                    mute(index, .malformed, "the hello did not come to its end; send it whole")
                }
            case .muted:
                ping(index)
            case .open:
                if isChanged || now >= (table.slots[index].admission?.expires ?? .never), object(to: index) {
                    continue
                }
                if now - max(table.slots[index].lastHeard, timers.silenceFloor) >= limits.silenceNanoseconds {
                    counters.silent &+= 1
                    log("\(table.slots[index].place): lost: nothing heard for too long")
                    close(index, .silent)
                } else {
                    ping(index)
                }
            }
        }
    }

    private func object(to index: Int) -> Bool {
        guard let admission = table.slots[index].admission,
            let objection = gate.objection(to: admission, at: now)
        else { return false }
        mute(index, objection.reason.code, objection.message)
        return true
    }
}
