extension Scheduler {
    /// Puts the group where its never-sent tasks can be taken from, if they may be.
    mutating func enqueue(_ group: Int32) {
        guard groups[group].unmet == 0, !groups[group].isHeld, groups[group].untouched > 0,
            !groups[group].isQueued
        else { return }
        groups[group].isQueued = true
        ready.push(
            group: group, firstID: TaskID(jobs[groups[group].job].id, groups[group].base).raw,
            generation: groups.generation(of: group), queue: groups[group].queue)
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
        // Also while its group is held after a restart: an engine has just said where it is not.
        ready.push(
            task: slot, id: live[slot].id, generation: live.generation(of: slot), queue: groups[group].queue)
    }

    /// Hands out runnable tasks, best first, while some engine has room for one.
    mutating func dispatch(at now: Instant, into actions: inout SchedulerActions) {
        reserved = -1
        guard !order.isEmpty else { return }
        var aside: [Int32] = []
        swap(&aside, &asideQueues)
        for level in ready.levels.indices {
            while let queue = ready.next(atLevel: level, service: service) {
                // Between owners or classes the choice is made anew for each task; a lone queue runs through.
                let owners = ready.levels[level].owners
                let isAlone = owners.count == 1 && owners[0].active.count == 1
                if !drain(queue, atMost: isAlone ? .max : 1, at: now, into: &actions) {
                    ready.setAside(queue)
                    aside.append(queue)
                }
            }
        }
        for queue in aside { ready.refresh(queue) }
        aside.removeAll(keepingCapacity: true)
        swap(&aside, &asideQueues)
    }

    /// Sends up to `limit` tasks of one queue; false if no engine has room for its next one.
    private mutating func drain(
        _ queue: Int32, atMost limit: Int, at now: Instant, into actions: inout SchedulerActions
    ) -> Bool {
        defer { ready.refresh(queue) }
        var left = limit
        while left > 0 {
            dropStaleHeads(of: queue)
            let group = ready.queues[Int(queue)].groups.first
            let task = ready.queues[Int(queue)].tasks.first
            let groupID = group.map { nextID(of: $0.slot) } ?? .max
            if let task, task.key < groupID {
                // While engines are waited for after a restart, its group's time passes unseen.
                if expireIfLate(task.slot, at: now, into: &actions) { continue }
                guard let engine = place(live[task.slot].group, bytes: live[task.slot].payloadBytes) else {
                    reserve(for: live[task.slot].group)
                    return false
                }
                ready.removeFirstTask(of: queue)
                send(task.slot, to: engine, at: now, into: &actions)
            } else if let group {
                let bytes = nextPayloadBytes(of: group.slot)
                guard let engine = place(group.slot, bytes: bytes) else {
                    reserve(for: group.slot)
                    return false
                }
                let slot = takeNext(of: group.slot, bytes: bytes)
                send(slot, to: engine, at: now, into: &actions)
            } else {
                return true
            }
            left -= 1
        }
        return true
    }

    /// Takes out entries whose group is used up or whose task was cancelled in the meantime.
    private mutating func dropStaleHeads(of queue: Int32) {
        while let entry = ready.queues[Int(queue)].groups.first, isSpent(entry) {
            if groups.contains(entry.slot, generation: entry.generation) {
                groups[entry.slot].isQueued = false
            }
            ready.removeFirstGroup(of: queue)
        }
        while let entry = ready.queues[Int(queue)].tasks.first, isStale(entry) {
            ready.removeFirstTask(of: queue)
        }
    }

    func isStale(_ entry: MinHeap.Entry) -> Bool {
        !live.contains(entry.slot, generation: entry.generation) || live[entry.slot].state != .ready
            || live[entry.slot].engine >= 0
    }

    func isSpent(_ entry: MinHeap.Entry) -> Bool {
        !groups.contains(entry.slot, generation: entry.generation) || groups[entry.slot].untouched == 0
    }

    private func nextID(of group: Int32) -> UInt64 {
        TaskID(jobs[groups[group].job].id, groups[group].base + groups[group].cursor).raw
    }

    func nextPayloadBytes(of group: Int32) -> UInt32 {
        groups[group].blocks.isEmpty ? 0 : groups[group].blocks[groups[group].blockCursor].averageBytes
    }

    /// Moves the group's first never-sent task into the live table. Precondition: there is one.
    private mutating func takeNext(of group: Int32, bytes: UInt32) -> Int32 {
        if !groups[group].states.isEmpty {
            while groups[group].states[Int(groups[group].cursor)] != 0 { groups[group].cursor += 1 }
        }
        let offset = groups[group].cursor
        groups[group].cursor += 1
        groups[group].untouched -= 1
        return makeLive(group, offset, bytes: bytes)
    }

    /// A live record for the task, `ready`, at no engine. The caller has taken it out of the untouched ones.
    mutating func makeLive(_ group: Int32, _ offset: UInt32, bytes: UInt32) -> Int32 {
        let id = TaskID(jobs[groups[group].job].id, groups[group].base + offset)
        let slot = live.insert(LiveTask(id: id, group: group, state: .ready, payloadBytes: bytes))
        liveIndex.insert(id, slot)
        return slot
    }

    private mutating func send(
        _ slot: Int32, to engine: Int32, at now: Instant, into actions: inout SchedulerActions
    ) {
        let group = live[slot].group
        let offset = live[slot].id.index - groups[group].base
        if live[slot].wantsNewAttempt {
            live[slot].attempt += 1
            live[slot].wantsNewAttempt = false
        }
        live[slot].epoch = epoch
        live[slot].sentAt = now
        let job = groups[group].job
        jobs[job].counts.ready -= 1
        jobs[job].counts.assigned += 1
        live[slot].state = .assigned
        link(slot, to: engine)
        dispatchCount += 1
        engines[engine].lastUsed = dispatchCount
        reorder(engine)
        let mean = groups[group].meanNanoseconds
        let cost = (mean > 0 ? mean : .milliseconds(1)) * Int64(groups[group].spec.policy.needs.cpus)
        let owner = Int(jobs[job].owner)
        service[owner] = min(service[owner], .max - cost) + cost
        statistics.dispatched += 1
        let (block, blockIndex) = payload(of: group, offset)
        actions.dispatches.append(
            .init(
                engine: handle(of: engine),
                name: DispatchName(task: live[slot].id, attempt: live[slot].attempt, epoch: epoch),
                hint: UInt64(UInt32(bitPattern: slot)) | UInt64(live.generation(of: slot)) << 32,
                group: groups[group].number
                    | UInt32(live[slot].stage) << SchedulerActions.Dispatch.recoveryShift,
                groupSlot: group,
                index: groups[group].spec.points.isEmpty
                    ? offset : groups[group].spec.templateIndex(offset),
                block: block, blockIndex: blockIndex))
    }

    /// Where the task's payload is. O(1) for tasks taken in order, O(log blocks) for others.
    private mutating func payload(of group: Int32, _ offset: UInt32) -> (BlockRef, UInt32) {
        guard !groups[group].blocks.isEmpty else { return (.none, 0) }
        let hint = groups[group].blockCursor
        let near = groups[group].blocks[hint]
        if offset >= near.first, offset - near.first < near.count {
            // The next one in order may lie in the next block.
            if offset - near.first == near.count - 1, hint + 1 < groups[group].blocks.count {
                groups[group].blockCursor = hint + 1
            }
            return (near.ref, offset - near.first)
        }
        let index = blockIndex(of: group, offset)
        let block = groups[group].blocks[index]
        if index > hint { groups[group].blockCursor = index }
        return (block.ref, offset - block.first)
    }

    /// Binary search. Precondition: the group has blocks and the offset is in one.
    func blockIndex(of group: Int32, _ offset: UInt32) -> Int {
        var low = 0
        var high = groups[group].blocks.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if groups[group].blocks[middle].first <= offset { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
