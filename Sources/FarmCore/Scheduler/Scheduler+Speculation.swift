// Stragglers: of a task that says that running it twice does no harm, and that takes much longer than others
// of its group, a copy runs on a slot that is idle anyway. The first to succeed counts, and the other is
// stopped; one that fails while the other runs is forgotten, for the copy was our idea.
extension Scheduler {
    /// A task is a straggler after so many mean run times of its group, and this.
    private static let slownessFactor: Int64 = 2
    static let slownessNanoseconds = Int64.milliseconds(100)

    /// Sends copies of stragglers to idle engines, at the end of a turn. O(live tasks) when one is due, at
    /// most ten times a second.
    mutating func speculate(at now: Instant, into actions: inout SchedulerActions) {
        guard speculateAt <= now else { return }
        speculateAt = .never
        guard !speculating.isEmpty else { return }
        for slot in live.slots
        where live[slot].engine >= 0 && policies[groups[live[slot].group].policy].speculate
            && live[slot].twin < 0
        {
            // Others of its group may end, or slots come free, before long.
            speculateAt = min(speculateAt, now + Self.slownessNanoseconds)
            guard let due = straggles(slot), due <= now else { continue }
            let number = placement(of: slot)
            let home = live[slot].engine
            let engine = order.members.first {
                $0 != home && fitsNow($0, number) && lasts($0, number) && admits(number, $0)
                    && mayUse($0, number) && !engines[$0].isProbing
            }
            if let engine, fitLimits(number), holdingBrake(of: live[slot].group, isFirst: false) == nil {
                copy(slot, to: engine, at: now, into: &actions)
            }
        }
    }

    /// When the task's attempt will have taken so long that a copy is sent; nil if none is.
    private func straggles(_ slot: Int32) -> Instant? {
        let group = live[slot].group
        guard live[slot].state == .assigned || live[slot].state == .running, live[slot].sentAt != .zero,
            // One copy of an attempt: if that came to nothing, the next would, too.
            live[slot].newestAttempt <= live[slot].attempt,
            groups[group].meanNanoseconds > 0, groups[group].succeeded > 0,
            UInt64(groups[group].ended) * 2 >= UInt64(groups[group].count), !isPaused(group),
            !isStopped(group)
        else { return nil }
        return live[slot].sentAt + Self.slownessFactor &* groups[group].meanNanoseconds
            + Self.slownessNanoseconds
    }

    private func isPaused(_ group: Int32) -> Bool { isFarmPaused || jobs[groups[group].job].isPaused }

    private mutating func copy(
        _ slot: Int32, to engine: Int32, at now: Instant, into actions: inout SchedulerActions
    ) {
        var record = LiveTask(
            id: live[slot].id, group: live[slot].group, state: .ready, payloadBytes: live[slot].payloadBytes)
        record.flags = .copy
        record.attempt = live[slot].attempt
        // Also of copies that failed: a name is never used again.
        record.newestAttempt = max(live[slot].attempt, live[slot].newestAttempt)
        record.stage = live[slot].stage
        record.memoryFailures = live[slot].memoryFailures
        record.queue = live[slot].queue
        if record.queue >= 0 { ready.queues[record.queue].users += 1 }
        let twin = live.insert(record)
        live[twin].twin = slot
        live[slot].twin = twin
        live[slot].newestAttempt = live[twin].newestAttempt + 1
        copies += 1
        statistics.speculations += 1
        send(twin, to: engine, at: now, into: &actions)
    }

    /// The dispatch of this name at this engine, if it is in its task's live set.
    func slot(of name: DispatchName, at engine: Int32) -> Int32? {
        guard let slot = liveIndex[name.task] else { return nil }
        if isDispatch(slot, name, engine) { return slot }
        if live[slot].flags.contains(.gang) {
            return rank(of: name.task, at: engine).flatMap { isDispatch($0, name, engine) ? $0 : nil }
        }
        let twin = live[slot].twin
        return twin >= 0 && isDispatch(twin, name, engine) ? twin : nil
    }

    func isDispatch(_ slot: Int32, _ name: DispatchName, _ engine: Int32) -> Bool {
        live[slot].engine == engine && live[slot].attempt == name.attempt && live[slot].epoch == name.epoch
    }

    /// The attempt, which is at no engine any more, came to nothing while its twin goes on: the twin is the
    /// task now. False if it has none.
    mutating func giveWay(_ slot: Int32) -> Bool {
        let twin = live[slot].twin
        guard twin >= 0 else { return false }
        if live[slot].flags.contains(.copy) {
            live[twin].twin = -1
            removeCopy(slot)
            return true
        }
        let (task, copy) = (live[slot], live[twin])
        let job = groups[task.group].job
        jobs[job].counts[task.state] -= 1
        jobs[job].counts[copy.state] += 1
        live[twin].twin = -1
        live[twin].flags.remove(.copy)
        live[twin].failures = task.failures
        live[twin].timeouts = task.timeouts
        live[twin].losses = task.losses
        live[twin].extra = task.extra
        live[twin].returns = task.returns
        liveIndex.insert(task.id, twin)
        if task.queue >= 0 { releaseQueue(task.queue) }
        live.remove(slot)
        copies -= 1
        return true
    }

    /// Stops the attempt's twin, if it has one: what comes of it is not wanted any more.
    mutating func dropTwin(of slot: Int32, into actions: inout SchedulerActions) {
        let twin = live[slot].twin
        guard twin >= 0 else { return }
        if live[slot].flags.contains(.copy) {
            // The copy was first: it becomes the task.
            stop(twin, into: &actions)
            unlink(twin)
            _ = giveWay(twin)
        } else {
            stop(twin, into: &actions)
            unlink(twin)
            live[slot].twin = -1
            removeCopy(twin)
        }
    }

    private func stop(_ slot: Int32, into actions: inout SchedulerActions) {
        actions.controls.append(
            .stop(
                handle(of: live[slot].engine),
                DispatchName(task: live[slot].id, attempt: live[slot].attempt, epoch: live[slot].epoch)))
    }

    private mutating func removeCopy(_ slot: Int32) {
        if live[slot].queue >= 0 { releaseQueue(live[slot].queue) }
        live.remove(slot)
        copies -= 1
    }
}
