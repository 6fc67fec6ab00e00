// Placement classes and the queues that are of them: made when the first task needs them, gone with the last.
// A class that no engine has room for is blocked: its queues are parked with it, and come back one by one,
// best first, when an engine may have room again.
extension Scheduler {
    /// The queue for tasks of this job, priority and class; the caller is one user more.
    mutating func retainQueue(_ placement: PlacementClass, priority: Int32, job: Int32) -> Int32 {
        let number = classIndex[placement] ?? makeClass(placement)
        let (queue, isNew) = ready.queue(
            for: .init(priority: priority, owner: jobs[job].owner, job: job, placement: number),
            id: jobs[job].id, isPaused: isFarmPaused || jobs[job].isPaused)
        if isNew { classes[number].users += 1 }
        return queue
    }

    mutating func releaseQueue(_ queue: Int32) {
        let number = ready.queues[queue].key.placement
        guard ready.release(queue) else { return }
        classes[number].users -= 1
        guard classes[number].users == 0 else { return }
        if number == keptClass { letGoOfLimits() }
        if classes[number].isBlocked { blockedClasses.removeAll { $0.number == number } }
        classIndex[classes[number].placement] = nil
        classes.remove(number)
    }

    private mutating func makeClass(_ placement: PlacementClass) -> Int32 {
        var record = ClassRecord(
            placement: placement, cpus: placement.needs.cpus, lasting: placement.lasting,
            isPlain: placement.isPlain,
            isSpecial: placement.needs.memoryBytes > 0 || placement.needs.gpus > 0
                || !placement.needs.named.isEmpty,
            isCollective: placement.collective != nil,
            isAnywhere: !placement.isChoosy && placement.avoided.isEmpty && placement.needs.tags.isEmpty)
        for need in placement.needs.named {
            if let limit = settings.limits.firstIndex(where: { $0.name == need.name }) {
                record.limits.append((limit, need.amount))
            } else {
                record.named.append(need)
            }
        }
        // Where others ran, or a check was made, there was an engine.
        record.wasAdmitted =
            placement.isChoosy
            && (placement.only != nil || !placement.never.isEmpty
                || engines.slots.contains { placement.names(engines[$0]) })
        let number = classes.insert(record)
        classIndex[placement] = number
        return number
    }

    /// The queue that the task is in, or would be.
    func queue(of slot: Int32) -> Int32 {
        live[slot].queue >= 0 ? live[slot].queue : groups[live[slot].group].queue
    }

    func placement(of slot: Int32) -> Int32 { ready.queues[queue(of: slot)].key.placement }

    // MARK: Blocked classes

    /// No engine has room for the class's next task.
    mutating func block(_ number: Int32, depth: UInt32) {
        classes[number].blockedDepth = depth
        guard !classes[number].isBlocked else { return }
        classes[number].isBlocked = true
        blockedClasses.append(
            BlockedClass(
                number: number, gpus: classes[number].placement.needs.gpus,
                memoryBytes: classes[number].placement.needs.memoryBytes))
    }

    /// Takes the queue out of choice until its class is blocked no more.
    mutating func park(queue: Int32) {
        let number = ready.queues[queue].key.placement
        let node = ready.queues[queue].node
        ready.queues[queue].isParked = true
        ready.refresh(queue)
        let (level, owner) = (ready.nodes[node].level, ready.queues[queue].key.owner)
        var place = classes[number].parked.firstIndex { $0.level == level && $0.owner == owner } ?? -1
        if place < 0 {
            place = classes[number].parked.count
            classes[number].parked.append(ParkedQueues(level: level, owner: owner))
        }
        classes[number].parked[place].push(
            .init(
                key: .init(service: ready.nodes[node].service, id: ready.nodes[node].id),
                head: ready.queues[queue].head, queue: queue, generation: ready.queues.generation(of: queue)))
    }

    /// Leaves the queue out of choice until the next turn.
    mutating func setAside(_ queue: Int32) {
        ready.queues[queue].isParked = true
        ready.refresh(queue)
        asideQueues.append((queue, ready.queues.generation(of: queue)))
        // Others of its class may need less.
        unparkNext(ready.queues[queue].key.placement)
    }

    mutating func bringBackAside() {
        for (queue, generation) in asideQueues where ready.queues.contains(queue, generation: generation) {
            ready.queues[queue].isParked = false
            ready.refresh(queue)
        }
        asideQueues.removeAll(keepingCapacity: true)
    }

    /// Brings the best parked queue of the class back that can be chosen. O(log parked + levels · owners).
    mutating func unparkNext(_ number: Int32) {
        while !classes[number].parked.isEmpty {
            var best = 0
            for place in classes[number].parked.indices.dropFirst()
            where isBetter(classes[number].parked[place], than: classes[number].parked[best]) {
                best = place
            }
            guard let entry = classes[number].parked[best].popFirst() else {
                classes[number].parked.remove(at: best)
                continue
            }
            guard ready.queues.contains(entry.queue, generation: entry.generation),
                ready.queues[entry.queue].isParked
            else { continue }
            ready.queues[entry.queue].isParked = false
            dropStaleHeads(of: entry.queue)
            ready.refresh(entry.queue)
            // One with nothing in it, or of a paused job, would leave the others waiting behind it.
            if ready.queues[entry.queue].head < .max, !ready.nodes[ready.queues[entry.queue].node].isPaused {
                return
            }
        }
    }

    private func isBetter(_ one: ParkedQueues, than other: ParkedQueues) -> Bool {
        let (a, b) = (ready.levels[Int(one.level)].priority, ready.levels[Int(other.level)].priority)
        return a != b ? a > b : service[Int(one.owner)] < service[Int(other.owner)]
    }

    mutating func unblock(_ number: Int32) {
        if let place = blockedClasses.firstIndex(where: { $0.number == number }) { unblock(at: place) }
    }

    mutating func unblock(at place: Int) {
        let number = blockedClasses[place].number
        blockedClasses.swapAt(place, blockedClasses.count - 1)
        blockedClasses.removeLast()
        classes[number].isBlocked = false
        if !classes[number].parked.isEmpty { openedClasses.append(number) }
        unparkNext(number)
    }

    /// Each queue that is through brings back the next one of its class. One that was brought back and has
    /// lost what was in it, to a cancel or a brake, brings back nobody: then it is done here. True if some
    /// queue is back.
    mutating func bringBackForgotten() -> Bool {
        guard !openedClasses.isEmpty else { return false }
        var isBack = false
        var left: [Int32] = []
        for number in openedClasses
        where classes.contains(number) && !classes[number].isBlocked && !classes[number].parked.isEmpty {
            unparkNext(number)
            isBack = true
            // They come back one by one.
            if !classes[number].parked.isEmpty { left.append(number) }
        }
        openedClasses = left
        return isBack
    }

    /// The roster, a limit or a pause has changed: every class may have room.
    mutating func unblockAll() {
        while !blockedClasses.isEmpty { unblock(at: blockedClasses.count - 1) }
        for engine in dirtyEngines where engines.contains(engine) { engines[engine].isDirty = false }
        dirtyEngines.removeAll(keepingCapacity: true)
    }

    /// Brings back what engines that have let something go since the last turn may have room for. O(blocked
    /// classes), and O(those engines) for each class that needs no more than the most that any of them has.
    mutating func unblockWhatFits() {
        var memory: UInt64 = 0
        var gpus: UInt64 = 0
        var count = 0
        for place in dirtyEngines.indices {
            let engine = dirtyEngines[place]
            guard engines.contains(engine) else { continue }
            engines[engine].isDirty = false
            guard engines[engine].mayTake else { continue }
            memory = max(memory, freeMemory(of: engine))
            gpus = max(gpus, freeGPUs(of: engine))
            dirtyEngines[count] = engine
            count += 1
        }
        var place = 0
        while count > 0, place < blockedClasses.count {
            let blocked = blockedClasses[place]
            if blocked.memoryBytes <= memory, UInt64(blocked.gpus) <= gpus,
                (0..<count).contains(where: { mayFit(blocked, dirtyEngines[$0]) })
            {
                unblock(at: place)
            } else {
                place += 1
            }
        }
        dirtyEngines.removeAll(keepingCapacity: true)
    }

    private func mayFit(_ blocked: BlockedClass, _ engine: Int32) -> Bool {
        blocked.memoryBytes <= freeMemory(of: engine) && UInt64(blocked.gpus) <= freeGPUs(of: engine)
            && hasRoom(engine, blocked.number, depth: classes[blocked.number].blockedDepth, bytes: 0)
            && (classes[blocked.number].isPlain
                || fitLimits(blocked.number, besideKept: false) && admits(blocked.number, engine))
    }

    private func freeMemory(of engine: Int32) -> UInt64 {
        engines[engine].info.memoryBytes &- engines[engine].memoryCommitted
    }

    private func freeGPUs(of engine: Int32) -> UInt64 {
        UInt64(engines[engine].info.gpus) &- engines[engine].gpusCommitted
    }

    /// The engine has let something go.
    mutating func markDirty(_ engine: Int32) {
        guard !engines[engine].isDirty else { return }
        engines[engine].isDirty = true
        dirtyEngines.append(engine)
    }
}
