// Brakes: how many tasks may be out at a time, which go first, and when it is enough. What a brake holds back
// is taken out of its queue, so that it stands before nobody, and comes back one by one.
extension Scheduler {
    /// The brakes of a group: its own and its job's.
    private func brakes(of group: Int32) -> (own: Int32, whole: Int32) {
        (groups[group].brake, jobs[groups[group].job].brake)
    }

    mutating func makeBrake(_ brake: Brake, job: Int32, group: Int32) -> Int32 {
        brake.isNone ? -1 : brakes.insert(BrakeRecord(brake: brake, job: job, group: group))
    }

    private mutating func forBrakes(of group: Int32, _ body: (inout BrakeRecord) -> Void) {
        let (own, whole) = brakes(of: group)
        if own >= 0 { body(&brakes[own]) }
        if whole >= 0 { body(&brakes[whole]) }
    }

    // MARK: Holding back

    /// Whether a brake keeps the group's next task from being sent. `isFirst`: one that never was.
    func isBraked(_ group: Int32, isFirst: Bool) -> Bool { holdingBrake(of: group, isFirst: isFirst) != nil }

    func holdingBrake(of group: Int32, isFirst: Bool) -> Int32? {
        let (own, whole) = brakes(of: group)
        if own >= 0, brakes[own].holds(isFirst: isFirst) { return own }
        if whole >= 0, brakes[whole].holds(isFirst: isFirst) { return whole }
        return nil
    }

    /// Takes the first group out of its queue until its brake lets go.
    mutating func withhold(group: Int32, of queue: Int32) {
        guard let brake = holdingBrake(of: group, isFirst: true),
            let entry = ready.queues[queue].groups.first
        else { return }
        ready.queues[queue].groups.removeFirst()
        groups[group].isQueued = false
        groups[group].isWithheld = true
        brakes[brake].groups.push(entry)
        passOn(from: brake, of: group)
    }

    mutating func withhold(task slot: Int32, of queue: Int32) {
        guard let brake = holdingBrake(of: live[slot].group, isFirst: false),
            let entry = ready.queues[queue].tasks.first
        else { return }
        ready.queues[queue].tasks.removeFirst()
        brakes[brake].tasks.push(entry)
        passOn(from: brake, of: live[slot].group)
    }

    /// What one of two brakes had brought back is held by the other: another may go in its place.
    private mutating func passOn(from brake: Int32, of group: Int32) {
        let (own, whole) = brakes(of: group)
        for other in [own, whole] where other >= 0 && other != brake { release(other) }
    }

    /// Brings back what the brake has held back for longest, of what it holds no longer; false if it holds
    /// all that there is.
    @discardableResult
    private mutating func release(_ brake: Int32) -> Bool {
        guard !brakes[brake].holds(isFirst: false) else { return false }
        let holdsFirst = brakes[brake].holds(isFirst: true)
        while true {
            let task = brakes[brake].tasks.first
            let group = holdsFirst ? nil : brakes[brake].groups.first
            if let task, task.key < group?.key ?? .max {
                brakes[brake].tasks.removeFirst()
                guard live.contains(task.slot, generation: task.generation), live[task.slot].state == .ready,
                    live[task.slot].engine < 0, !live[task.slot].flags.contains(.held)
                else { continue }
                hasReleased = true
                enqueue(task: task.slot)
                return true
            }
            guard let group else { return false }
            brakes[brake].groups.removeFirst()
            guard groups.contains(group.slot, generation: group.generation) else { continue }
            groups[group.slot].isWithheld = false
            guard groups[group.slot].untouched > 0 else { continue }
            hasReleased = true
            enqueue(group.slot)
            return true
        }
    }

    /// An attempt is sent, or is out no more.
    mutating func bookBrake(_ brake: Int32, _ sign: Int64) {
        brakes[brake].out = UInt32(Int64(brakes[brake].out) + sign)
        if sign < 0 { release(brake) }
    }

    // MARK: Counting

    /// A task was sent for the first time.
    mutating func noteFirst(of group: Int32) { forBrakes(of: group) { $0.inPlay += 1 } }

    /// More tasks have come, or all are there.
    mutating func noteTotal(of group: Int32, more: UInt32) {
        guard more > 0 else { return }
        let (own, whole) = brakes(of: group)
        guard own >= 0 || whole >= 0 else { return }
        forBrakes(of: group) { $0.total += UInt64(more) }
        for brake in [own, whole] where brake >= 0 && brakes[brake].hasStopped {
            verdicts.append(.stop(brake, brakes.generation(of: brake)))
        }
    }

    mutating func noteClosed(_ brake: Int32) {
        guard brake >= 0 else { return }
        brakes[brake].isClosed = true
        judge(brake: brake)
    }

    /// Tasks have ended; `wasInPlay`: one that was sent before.
    mutating func noteEnds(of group: Int32, _ count: UInt32, _ state: TaskState, wasInPlay: Bool) {
        let (own, whole) = brakes(of: group)
        guard own >= 0 || whole >= 0 else { return }
        for brake in [own, whole] where brake >= 0 {
            if wasInPlay { brakes[brake].inPlay -= 1 }
            switch state {
            case .succeeded:
                let isFirst = brakes[brake].succeeded == 0
                brakes[brake].succeeded += UInt64(count)
                if isFirst, brakes[brake].brake.canary > 0 {
                    while release(brake) {}
                }
            case .failed, .expired:
                brakes[brake].failed += UInt64(count)
                judge(brake: brake)
                // One that was brought back, and has expired before it was sent, has not used its place.
                release(brake)
            default:
                release(brake)
            }
        }
    }

    private mutating func judge(brake: Int32) {
        guard !brakes[brake].hasStopped, brakes[brake].trouble != nil else { return }
        brakes[brake].hasStopped = true
        verdicts.append(.stop(brake, brakes.generation(of: brake)))
    }

    // MARK: Stopping

    /// Cancels what the brake's tasks have not begun; what runs goes on to its end. After a restart it waits
    /// until it is known what runs.
    mutating func stop(brake: Int32, at now: Instant, into actions: inout SchedulerActions) {
        guard !isRecovering, heldUntil == nil else { return }
        let (job, generation) = (brakes[brake].job, brakes.generation(of: brake))
        let all = brakes[brake].group >= 0 ? [brakes[brake].group] : jobs[job].groups
        let members = Set(all)
        for slot in live.slots where members.contains(live[slot].group) {
            if !live[slot].isOut {
                end(braked: slot, at: now, into: &actions)
                guard brakes.contains(brake, generation: generation) else { return }
            } else if mayRecall(slot) {
                callBack(slot, into: &actions)
            }
        }
        for group in all {
            endUntouched(
                group, 0..<groups[group].count, .cancelled, .brake, root: nil, at: now, into: &actions)
            guard brakes.contains(brake, generation: generation) else { return }
            dropUnneededConditions(of: group)
        }
    }

    /// After a restart's hold: brakes that were to stop by then do.
    mutating func stopBrakes() {
        for brake in brakes.slots where brakes[brake].hasStopped {
            verdicts.append(.stop(brake, brakes.generation(of: brake)))
        }
    }

    /// A brake of the group's has stopped: nothing of it is sent or tried again.
    func isStopped(_ group: Int32) -> Bool {
        let (own, whole) = brakes(of: group)
        return (own >= 0 && brakes[own].hasStopped) || (whole >= 0 && brakes[whole].hasStopped)
    }

    /// Ends a task that is at no engine if its brake has stopped; false if it has not.
    mutating func endIfStopped(_ slot: Int32, at now: Instant, into actions: inout SchedulerActions) -> Bool {
        guard isStopped(live[slot].group) else { return false }
        end(braked: slot, at: now, into: &actions)
        return true
    }

    private mutating func end(braked slot: Int32, at now: Instant, into actions: inout SchedulerActions) {
        let job = groups[live[slot].group].job
        let entry = OutcomeEntry(
            kind: .terminal, task: live[slot].id, state: .cancelled, cause: .brake,
            attempt: live[slot].attempt, endedAt: max(now, jobs[job].submittedAt))
        finish(slot, entry, .none, at: now, into: &actions)
    }
}
