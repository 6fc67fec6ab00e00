// An engine on which everything fails at once, while the same or other work succeeds elsewhere, swallows
// tasks faster than any sound one: it is quarantined, tried with one task after a while, and returned when
// that succeeds. A mistake in a job fails everywhere, and quarantines nobody.
extension Scheduler {
    private static let mostVictims = 64
    /// Each quarantine is twice as long as the one before, up to so many times the first.
    private static let longest: Int64 = 64

    /// An attempt has ended at the engine. True if the engine is quarantined for it: then it costs the task
    /// nothing.
    mutating func judge(
        engine: Int32, _ report: AttemptReport, of slot: Int32, at now: Instant,
        into actions: inout SchedulerActions
    ) -> Bool {
        guard settings.quarantineFailures > 0 else { return false }
        let group = live[slot].group
        if report.state == .succeeded {
            // What one rank has done says nothing of another's: only that all have done well does.
            if !live[slot].flags.contains(.rank) { noteSuccess(of: group, at: now) }
            guard engines[engine].quarantine.isOn || engines[engine].quarantine.failures > 0 else {
                return false
            }
            if engines[engine].quarantine.isProbing {
                actions.controls.append(.engineReturned(engines[engine].id, name: engines[engine].info.name))
                engines[engine].quarantine = Quarantine()
                markDirty(engine)
                reorder(engine)
            } else if !engines[engine].quarantine.isOn {
                engines[engine].quarantine.forgetFailures()
            }
            return false
        }
        let isFast =
            report.state == .failed && !live[slot].flags.contains(.cancelRequested)
            && [.failure, .notStarted, .badResult].contains(report.cause)
            && report.durationNanoseconds <= settings.fastFailureNanoseconds
        guard isFast else { return false }
        note(failure: slot, at: engine, report.durationNanoseconds, now)
        let record = engines[engine].quarantine
        if record.isProbing {
            // A trial with a task that nobody can do says nothing of the engine: it gets another.
            guard groups[group].lastSuccessAt >= record.until + -record.nanoseconds else { return false }
            return quarantine(engine, for: live[slot].id, at: now, into: &actions)
        }
        if !record.isOn, record.failures >= settings.quarantineFailures,
            record.groups.contains(where: {
                groups.contains($0) && groups[$0].lastSuccessAt >= record.since
            }) || (record.jobs.count > 1 && lastSuccessAt >= record.since) || othersLast(record, at: now)
        {
            return quarantine(engine, for: live[slot].id, at: now, into: &actions)
        }
        return false
    }

    /// A task of the group has succeeded: those that fail elsewhere might have.
    mutating func noteSuccess(of group: Int32, at now: Instant) {
        groups[group].lastSuccessAt = now
        lastSuccessAt = now
    }

    /// Attempts at the same tasks have been running elsewhere since before these failures, for much longer
    /// than any of them took: where tasks take their time, an engine that fails would have all of them before
    /// the first succeeds. Looked at when the failures in a row are twice as many as the last time:
    /// O(attempts).
    private func othersLast(_ record: Quarantine, at now: Instant) -> Bool {
        guard record.failures == settings.quarantineFailures || record.failures & (record.failures - 1) == 0
        else { return false }
        let least = max(Self.leastOutlasting, 10 * record.longest)
        return live.slots.contains { slot in
            live[slot].state == .running && live[slot].engine >= 0 && record.groups.contains(live[slot].group)
                && live[slot].sentAt <= record.since && now - live[slot].sentAt >= least
                && !engines[live[slot].engine].quarantine.isOn
        }
    }

    private static let leastOutlasting = Int64.milliseconds(20)

    private mutating func note(
        failure slot: Int32, at engine: Int32, _ nanoseconds: Int64, _ now: Instant
    ) {
        engines[engine].quarantine.longest = max(engines[engine].quarantine.longest, nanoseconds)
        if engines[engine].quarantine.failures == 0 { engines[engine].quarantine.since = now }
        engines[engine].quarantine.failures &+= 1
        guard engines[engine].quarantine.victims.count < Self.mostVictims else { return }
        engines[engine].quarantine.groups.insert(live[slot].group)
        engines[engine].quarantine.jobs.insert(live[slot].id.job.raw)
        // One of two costs its task nothing as it is.
        if live[slot].twin < 0 { engines[engine].quarantine.victims.append(live[slot].id) }
    }

    /// Gives the engine nothing more for a while. Never the last one that takes tasks.
    private mutating func quarantine(
        _ engine: Int32, for last: TaskID, at now: Instant, into actions: inout SchedulerActions
    ) -> Bool {
        guard order.members.contains(where: { $0 != engine && !engines[$0].quarantine.isOn }) else {
            return false
        }
        let before = engines[engine].quarantine.nanoseconds
        let length =
            before == 0
            ? settings.quarantineNanoseconds
            : min(before &* 2, settings.quarantineNanoseconds &* Self.longest)
        let failures = engines[engine].quarantine.failures
        for victim in engines[engine].quarantine.victims where victim != last {
            // What has not ended for good gets one try free of charge.
            if let slot = liveIndex[victim] { forgive(slot, at: now, into: &actions) }
        }
        engines[engine].quarantine.forgetFailures()
        engines[engine].quarantine.nanoseconds = length
        engines[engine].quarantine.until = now + length
        engines[engine].quarantine.isProbing = false
        quarantineAt = min(quarantineAt, now + length)
        reorder(engine)
        unblockAll()
        statistics.quarantines += 1
        actions.controls.append(
            .engineQuarantined(
                engines[engine].id, name: engines[engine].info.name, failures: failures, until: now + length))
        var slot = engines[engine].head
        while slot >= 0 {
            if mayRecall(slot) { callBack(slot, into: &actions) }
            slot = live[slot].next
        }
        return true
    }

    /// Gives the task one failure back, also after a restart.
    mutating func forgive(_ slot: Int32, at now: Instant, into actions: inout SchedulerActions) {
        guard live[slot].failures > 0 else { return }
        live[slot].failures -= 1
        let job = groups[live[slot].group].job
        let entry = OutcomeEntry(
            kind: .forgiven, task: live[slot].id, state: .ready, attempt: live[slot].attempt,
            endedAt: max(now, jobs[job].submittedAt))
        append(entry, .none, job, into: &actions)
    }

    /// Those whose time is over may take one task each.
    mutating func probe(at now: Instant) {
        quarantineAt = .never
        for engine in engines.slots where engines[engine].quarantine.isClosed {
            if engines[engine].quarantine.until <= now {
                engines[engine].quarantine.isProbing = true
                reorder(engine)
                unblockAll()
            } else {
                quarantineAt = min(quarantineAt, engines[engine].quarantine.until)
            }
        }
    }

    /// Nobody else is left: better an engine that fails than none.
    mutating func endQuarantineOfLast() {
        guard order.isEmpty, quarantineAt != .never else { return }
        for engine in engines.slots where engines[engine].quarantine.isOn {
            engines[engine].quarantine = Quarantine()
            reorder(engine)
        }
        quarantineAt = .never
        unblockAll()
    }
}
