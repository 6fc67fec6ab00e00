extension Scheduler {
    /// Puts the group where its never-sent tasks can be taken from, if they may be.
    mutating func enqueue(_ group: Int32) {
        if groups[group].lane >= 0 { return enqueueInLane(group) }
        guard groups[group].unmet == 0, !groups[group].isHeld, groups[group].untouched > 0,
            !groups[group].isQueued, !groups[group].isWithheld
        else { return }
        groups[group].isQueued = true
        let queue = groups[group].queue
        ready.queues[queue].groups.push(
            .init(
                key: TaskID(jobs[groups[group].job].id, groups[group].base).raw, slot: group,
                generation: groups.generation(of: group)))
        ready.refresh(queue)
    }

    /// Puts a task that was sent before back among the runnable ones, in order of its id.
    mutating func requeue(_ slot: Int32, newAttempt: Bool) {
        let group = live[slot].group
        let job = groups[group].job
        jobs[job].counts[live[slot].state] -= 1
        jobs[job].counts.ready += 1
        live[slot].state = .ready
        live[slot].flags.remove(.recalling)
        live[slot].wantsNewAttempt = newAttempt
        #if DEBUG
        if makes(.lostRequeue), !newAttempt { return }
        #endif
        if newAttempt, mayBeElsewhere(slot) {
            live[slot].flags.insert(.held)
        } else {
            enqueue(task: slot)
        }
    }

    mutating func enqueue(task slot: Int32) {
        let group = live[slot].group
        if groups[group].lane >= 0 { return enqueueInLane(task: slot) }
        // It was sent before a restart, and the ledger does not know of the ends that had allowed it.
        if groups[group].unmet > 0 { return waitForDependencies(slot) }
        let queue = queue(of: slot)
        ready.queues[queue].tasks.push(
            .init(key: live[slot].id.raw, slot: slot, generation: live.generation(of: slot)))
        ready.refresh(queue)
    }

    /// Hands out runnable tasks, best first, while some engine has room for one.
    mutating func dispatch(at now: Instant, into actions: inout SchedulerActions) {
        guard !order.isEmpty else { return }
        // Whoever could not go there because it was kept free is looked at again, too.
        if reserved >= 0, engines.contains(reserved) { markDirty(reserved) }
        let held = hold.isOn ? hold.number : -1
        openHold()
        unblockWhatFits()
        if hasTimedEngines { unblockAvoiding() }
        if held >= 0, classes.contains(held), classes[held].isBlocked { unblock(held) }
        bringBackAside()
        seekKept()
        if hasFreedLimits { _ = unblockLimited() }
        if reserved >= 0, classes.contains(reservedClass), classes[reservedClass].isBlocked {
            unblock(reservedClass)
        }
        reserved = -1
        defer { closeHold() }
        // A brake may bring back what goes before that which is being looked at.
        repeat {
            hasReleased = false
            let isThrough = dispatchOnce(at: now, into: &actions)
            if isThrough, bringBackForgotten() || settleLimits() { hasReleased = true }
        } while hasReleased
    }

    /// False if it ended before all queues were looked at.
    private mutating func dispatchOnce(at now: Instant, into actions: inout SchedulerActions) -> Bool {
        // While every engine is full, only what may wait at one is sent; some of the first in line need not
        // be of that kind.
        var passed = 0
        for level in ready.order where ready.levels[Int(level)].active > 0 {
            while passed < Self.mostPassed, let queue = ready.next(atLevel: level, service: service) {
                ready.chose(queue)
                let number = ready.queues[queue].key.placement
                if !classes[number].limits.isEmpty,
                    visit(number, priority: ready.levels[Int(level)].priority), classes[number].isBlocked
                {
                    unblock(number)
                }
                guard !classes[number].isBlocked else {
                    park(queue: queue)
                    continue
                }
                if isFull, !classes[number].isCollective,
                    classes[number].isSpecial || classes[number].cpus > 1
                {
                    passed += 1
                    if number == keptClass { isKeptSought = true }
                    setAside(queue)
                    continue
                }
                // Between owners and jobs the choice is made anew for each task.
                let end = classes[number].parked.isEmpty ? ready.end(ofTurn: queue) : 0
                if !drain(queue, before: end, at: now, into: &actions) {
                    passed += isFull ? 1 : 0
                    if classes[number].isBlocked { park(queue: queue) } else { setAside(queue) }
                } else if classes.contains(number), !classes[number].isBlocked {
                    unparkNext(number)
                }
                if hasFreedLimits, unblockLimited() { hasReleased = true }
            }
        }
        return passed < Self.mostPassed
    }

    /// Queues that are passed over in one turn because their next task cannot be sent ahead of its time.
    private static let mostPassed = 8

    /// No engine could begin anything at once.
    var isFull: Bool {
        guard settings.highWaterMark == nil, let top = order.top else { return false }
        return order.key(of: top).load >= EngineKey.full
    }

    /// Sends the first task of the queue and those with ids below `end` that follow; false if no engine has
    /// room for the next one, or for its bytes.
    private mutating func drain(
        _ queue: Int32, before end: UInt64, at now: Instant, into actions: inout SchedulerActions
    ) -> Bool {
        defer { if ready.queues.contains(queue) { noteHead(of: queue) } }
        let number = ready.queues[queue].key.placement
        var isFirst = true
        while true {
            dropStaleHeads(of: queue)
            let group = ready.queues[queue].groups.first
            let task = ready.queues[queue].tasks.first
            let groupID = group.map { nextID(of: $0.slot) } ?? .max
            if !isFirst, min(task?.key ?? .max, groupID) >= end { return true }
            if let task, task.key < groupID {
                // While engines are waited for after a restart, its group's time passes unseen.
                if expireIfLate(task.slot, at: now, into: &actions) {
                    guard ready.queues.contains(queue) else { return true }
                    continue
                }
                let of = live[task.slot].group
                if isBraked(of, isFirst: false) {
                    withhold(task: task.slot, of: queue)
                    continue
                }
                let bytes = live[task.slot].payloadBytes
                guard
                    let engine = place(
                        of, number, task: task.key, bytes: bytes, at: now, into: &actions)
                else { return false }
                ready.queues[queue].tasks.removeFirst()
                send(task.slot, to: engine, at: now, into: &actions)
            } else if let group {
                if isBraked(group.slot, isFirst: true) {
                    withhold(group: group.slot, of: queue)
                    continue
                }
                let bytes = nextPayloadBytes(of: group.slot)
                guard
                    let engine = place(
                        group.slot, number, task: groupID, bytes: bytes, at: now, into: &actions)
                else { return false }
                let slot = takeNext(of: group.slot, bytes: bytes)
                send(slot, to: engine, at: now, into: &actions)
            } else {
                return true
            }
            isFirst = false
            // What was kept for it is kept no more: who is next is chosen among all.
            if hasFreedLimits { return true }
        }
    }

    private mutating func place(
        _ group: Int32, _ number: Int32, task: UInt64, bytes: UInt32, at now: Instant,
        into actions: inout SchedulerActions
    ) -> Int32? {
        if classes[number].isCollective {
            return placeGang(
                group, number, task: TaskID(raw: task), bytes: bytes, at: now, into: &actions)
        }
        let depth = prefetchDepth(of: group)
        if let engine = place(number, depth: depth, bytes: bytes) { return engine }
        if hold.window > 0, let engine = backfill(group, number, bytes: bytes) { return engine }
        // If all are full nothing is wrong with the class; and if it is only for the bytes of its payload,
        // others may go.
        guard hold.window == 0 || !passesForBackfill(number),
            !isFull, bytes == 0 || place(number, depth: depth, bytes: 0) == nil
        else {
            if number == keptClass { isKeptSought = true }
            return nil
        }
        // What was kept for another may be enough.
        if !classes[number].limits.isEmpty, keepLimits(for: number, times: 1),
            let engine = place(number, depth: depth, bytes: bytes)
        {
            return engine
        }
        block(number, depth: depth)
        if fitLimits(number) { reserve(for: number) }
        return nil
    }

    /// Takes out entries whose group is used up or whose task was cancelled in the meantime.
    mutating func dropStaleHeads(of queue: Int32) {
        while let entry = ready.queues[queue].groups.first, isSpent(entry) {
            if groups.contains(entry.slot, generation: entry.generation) {
                groups[entry.slot].isQueued = false
            }
            ready.queues[queue].groups.removeFirst()
        }
        while let entry = ready.queues[queue].tasks.first, isStale(entry, in: queue) {
            ready.queues[queue].tasks.removeFirst()
        }
    }

    func isStale(_ entry: MinHeap.Entry, in queue: Int32) -> Bool {
        !live.contains(entry.slot, generation: entry.generation) || live[entry.slot].state != .ready
            || live[entry.slot].engine >= 0 || live[entry.slot].flags.contains(.held)
            || self.queue(of: entry.slot) != queue
    }

    func isSpent(_ entry: MinHeap.Entry) -> Bool {
        !groups.contains(entry.slot, generation: entry.generation) || groups[entry.slot].untouched == 0
    }

    /// The queue's place among its job's goes by what comes next, not by where its first array began.
    private mutating func noteHead(of queue: Int32) {
        if let entry = ready.queues[queue].groups.first, !isSpent(entry) {
            // Arrays are ranges of ids that do not overlap: it stays before the others.
            ready.queues[queue].groups.raiseFirst(to: nextID(of: entry.slot))
        }
        ready.refresh(queue)
    }

    private func nextID(of group: Int32) -> UInt64 {
        TaskID(jobs[groups[group].job].id, groups[group].base + groups[group].cursor).raw
    }

    func nextPayloadBytes(of group: Int32) -> UInt32 {
        groups[group].blocks.isEmpty ? 0 : groups[group].blocks[Int(groups[group].blockCursor)].averageBytes
    }

    /// Moves the group's first never-sent task into the live table. Precondition: there is one.
    mutating func takeNext(of group: Int32, bytes: UInt32) -> Int32 {
        if !groups[group].states.isEmpty {
            while groups[group].states[Int(groups[group].cursor)] != 0 { groups[group].cursor += 1 }
        }
        let offset = groups[group].cursor
        groups[group].cursor += 1
        groups[group].untouched -= 1
        noteFirst(of: group)
        return makeLive(group, offset, bytes: bytes)
    }

    /// A live record for the task, `ready`, at no engine. The caller has taken it out of the untouched ones.
    mutating func makeLive(_ group: Int32, _ offset: UInt32, bytes: UInt32) -> Int32 {
        let id = TaskID(jobs[groups[group].job].id, groups[group].base + offset)
        let slot = live.insert(LiveTask(id: id, group: group, state: .ready, payloadBytes: bytes))
        liveIndex.insert(id, slot)
        return slot
    }

    mutating func send(
        _ slot: Int32, to engine: Int32, at now: Instant, into actions: inout SchedulerActions
    ) {
        let group = live[slot].group
        if live[slot].wantsNewAttempt {
            live[slot].attempt = max(live[slot].attempt, live[slot].newestAttempt) + 1
            live[slot].wantsNewAttempt = false
            if policies[groups[group].policy].speculate {
                speculateAt = min(speculateAt, now + Self.slownessNanoseconds)
            }
        }
        if !seats.isEmpty { return sendGang(slot, at: now, into: &actions) }
        live[slot].epoch = epoch
        live[slot].sentAt = now
        if !live[slot].flags.contains(.copy) {
            let job = groups[group].job
            jobs[job].counts.ready -= 1
            jobs[job].counts.assigned += 1
        }
        live[slot].state = .assigned
        link(slot, to: engine)
        dispatchCount += 1
        engines[engine].lastUsed = dispatchCount
        reorder(engine)
        charge(slot)
        statistics.dispatched += 1
        actions.dispatches.append(makeDispatch(slot, to: engine, of: group))
    }
}
