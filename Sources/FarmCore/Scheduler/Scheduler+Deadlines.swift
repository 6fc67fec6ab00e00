// Tasks that come too late: those that have not ended by their deadline, and those that have not begun in
// time.
extension Scheduler {
    /// When what has not ended of the group expires.
    func expiresAt(_ group: Int32) -> Instant {
        policies[groups[group].policy].deadline.instant(submittedAt: jobs[groups[group].job].submittedAt)
    }

    /// When what has not begun of it does.
    private func startBy(_ group: Int32) -> Instant {
        let startWithin = policies[groups[group].policy].startWithinNanoseconds
        return startWithin > 0 ? jobs[groups[group].job].submittedAt + startWithin : .never
    }

    /// Has the group looked at when each of its times comes.
    mutating func awaitExpiry(of group: Int32) {
        look(at: group, when: expiresAt(group))
        look(at: group, when: startBy(group))
    }

    private mutating func look(at group: Int32, when time: Instant) {
        guard time < .never else { return }
        expiries.push(
            .init(
                key: UInt64(max(0, time.nanoseconds)), slot: group, generation: groups.generation(of: group)))
    }

    /// Ends what is too late by now. Of a group that is held after a restart nothing does, for engines that
    /// are waited for may bring its end. O(live tasks) for each group whose time has come.
    mutating func expire(at now: Instant, into actions: inout SchedulerActions) {
        while let first = expiries.first, first.key <= UInt64(max(0, now.nanoseconds)) {
            expiries.removeFirst()
            guard groups.contains(first.slot, generation: first.generation), !groups[first.slot].isHeld
            else { continue }
            expire(first.slot, at: now, into: &actions)
        }
    }

    /// Whether tasks of the group that have not been sent are too late, and by what.
    func lateness(of group: Int32, at now: Instant) -> Cause? {
        if expiresAt(group) <= now { return .deadline }
        return startBy(group) <= now ? .startWithin : nil
    }

    /// Ends the group's tasks that are too late.
    mutating func expire(_ group: Int32, at now: Instant, into actions: inout SchedulerActions) {
        guard let cause = lateness(of: group, at: now) else { return }
        let generation = groups.generation(of: group)
        for slot in live.slots.filter({ live[$0].group == group && live[$0].isTask }) {
            expire(live: slot, cause, at: now, into: &actions)
            guard groups.contains(group, generation: generation) else { return }
        }
        endUntouched(
            group, 0..<groups[group].count, .expired, cause, root: nil, at: now, into: &actions)
        guard groups.contains(group, generation: generation) else { return }
        dropUnneededConditions(of: group)
    }

    private mutating func expire(
        live slot: Int32, _ cause: Cause, at now: Instant, into actions: inout SchedulerActions
    ) {
        if cause == .deadline {
            if !live[slot].isOut {
                end(late: slot, .deadline, at: now, into: &actions)
            } else if !live[slot].flags.contains(.cancelRequested) {
                live[slot].flags.insert(.deadlinePassed)
                requestCancel(slot, into: &actions)
            }
        } else if hasNeverBegun(slot) {
            if !live[slot].isOut {
                end(late: slot, cause, at: now, into: &actions)
            } else if mayRecall(slot) {
                // Its engine may be just about to begin it: then it is in time.
                callBack(slot, into: &actions)
            }
        }
    }

    /// No attempt of it can have begun, as far as is known.
    private func hasNeverBegun(_ slot: Int32) -> Bool {
        live[slot].attempt <= 1 && live[slot].stage == 0 && !live[slot].wantsNewAttempt
            && live[slot].state != .running && live[slot].state != .cancelling
    }

    /// Ends a task that is at no engine if it is too late by now, as one that was given back may be; false if
    /// it is not.
    @discardableResult
    mutating func expireIfLate(
        _ slot: Int32, at now: Instant, into actions: inout SchedulerActions
    ) -> Bool {
        guard let cause = lateness(of: live[slot].group, at: now), cause == .deadline || hasNeverBegun(slot)
        else { return false }
        end(late: slot, cause, at: now, into: &actions)
        return true
    }

    private mutating func end(
        late slot: Int32, _ cause: Cause, at now: Instant, into actions: inout SchedulerActions
    ) {
        let job = groups[live[slot].group].job
        let entry = OutcomeEntry(
            kind: .terminal, task: live[slot].id, state: .expired, cause: cause,
            attempt: live[slot].attempt, endedAt: max(now, jobs[job].submittedAt))
        finish(slot, entry, .none, at: now, into: &actions)
    }
}
