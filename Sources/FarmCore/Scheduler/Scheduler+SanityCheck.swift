extension Scheduler {
    /// What is wrong inside, in words; empty if nothing is. For the simulator after every event.
    /// O(everything).
    public func sanityCheck() -> [String] {
        var faults: [String] = []
        checkJobs(&faults)
        checkGroups(&faults)
        checkEngines(&faults)
        checkAccounts(&faults)
        checkLanes(&faults)
        checkGangs(&faults)
        return faults
    }

    private func checkJobs(_ faults: inout [String]) {
        for slot in jobs.slots {
            let job = jobs[slot]
            if job.counts.total != Int(job.taskCount) {
                faults.append("job \(job.id): counts add up to \(job.counts.total), not \(job.taskCount)")
            }
            for state in TaskState.allCases where job.counts[state] < 0 {
                faults.append("job \(job.id): \(job.counts[state]) tasks \(state.word)")
            }
            if job.hasEnded != (job.endedAt != .zero) {
                faults.append("job \(job.id): ended is \(job.hasEnded) but its time is \(job.endedAt)")
            }
        }
        for slot in live.slots
        where live[slot].isTask && liveIndex[live[slot].id] != slot {
            faults.append("task \(live[slot].id): the index does not lead to its record")
        }
        if liveIndex.count + copies + rankRecords != live.count {
            faults.append(
                "\(liveIndex.count) indexed tasks, \(live.count) live ones, \(copies) copies, \(rankRecords) ranks"
            )
        }
        for slot in live.slots where live[slot].twin >= 0 && live[live[slot].twin].twin != slot {
            faults.append("task \(live[slot].id): its copy is another's")
        }
    }

    private func checkGroups(_ faults: inout [String]) {
        var liveCount: [Int32: UInt32] = [:]
        for slot in live.slots where live[slot].isTask {
            liveCount[live[slot].group, default: 0] += 1
        }
        for slot in groups.slots {
            let group = groups[slot]
            let name = "group \(group.number) of job \(jobs[group.job].id)"
            if group.untouched + group.ended + (liveCount[slot] ?? 0) != group.count {
                faults.append(
                    "\(name): \(group.untouched) untouched + \(group.ended) ended + \(liveCount[slot] ?? 0) live"
                        + " is not \(group.count)")
            }
            if group.succeeded > group.ended { faults.append("\(name): more succeeded than ended") }
            let ended = group.states.reduce(0) { $0 + ($1 >= TaskState.succeeded.rawValue ? 1 : 0) }
            if ended != Int(group.ended) {
                faults.append("\(name): \(ended) states are terminal, counted \(group.ended)")
            }
            if group.unmet == 0, !group.isHeld, group.untouched > 0, !group.isQueued, !group.isWithheld {
                faults.append("\(name): runnable tasks that are in no queue")
            }
            if group.unmet < 0 { faults.append("\(name): \(group.unmet) conditions unmet") }
            let alive = conditions(of: slot).count
            if alive != group.unmet, group.impossibleRoot == nil, group.untouched > 0 {
                faults.append("\(name): waits for \(alive) conditions, counted \(group.unmet)")
            }
        }
    }

    private func checkEngines(_ faults: inout [String]) {
        var surplus = 0
        for slot in engines.slots {
            let engine = engines[slot]
            var count: UInt32 = 0
            var cpus: UInt64 = 0
            var recalls: UInt32 = 0
            var isAdopted = false
            var next = engine.head
            while next >= 0 {
                if live[next].engine != slot { faults.append("engine \(engine.id) lists a task of another") }
                if groups[live[next].group].lane < 0 {
                    count += 1
                    cpus += UInt64(classes[placement(of: next)].cpus)
                }
                if live[next].flags.contains(.recalling) { recalls += 1 }
                if live[next].epoch != epoch { isAdopted = true }
                next = live[next].next
            }
            if count != engine.outstanding || cpus != engine.cpusCommitted || recalls != engine.recallsPending
            {
                faults.append(
                    "engine \(engine.id): \(count) attempts, \(cpus) CPUs, \(recalls) recalls listed; counted"
                        + " \(engine.outstanding), \(engine.cpusCommitted), \(engine.recallsPending)")
            }
            surplus += Int(waiting(at: slot))
            // What a restart found at the engine counts with what has ended there and was not yet told.
            if let mark = settings.highWaterMark, mark > 0, !isAdopted,
                UInt64(count) > UInt64(mark) * UInt64(engine.info.slots)
            {
                faults.append("engine \(engine.id): \(count) attempts over the mark of \(mark) a slot")
            }
            let mayTake = engine.mayTake
            if order.contains(slot) != mayTake {
                faults.append("engine \(engine.id): wrongly in or out of choice")
            }
            if case .away = engine.presence, engine.head >= 0 {
                faults.append("engine \(engine.id) is lost, with tasks")
            }
        }
        let open = jobs.slots.reduce(0) { $0 + jobs[$1].counts.unfinished }
        if open != unfinished { faults.append("\(open) tasks are unfinished, counted \(unfinished)") }
        if surplus != prefetched { faults.append("\(surplus) attempts prefetched, counted \(prefetched)") }
        for slot in live.slots {
            let out = live[slot].state != .ready && live[slot].state != .waiting
            if out != live[slot].isOut {
                faults.append(
                    "task \(live[slot].id) is \(live[slot].state.word) at engine \(live[slot].engine)")
            }
        }
    }

    /// What is booked of memory, GPUs, and what has a name is what the attempts that are out need.
    private func checkAccounts(_ faults: inout [String]) {
        var limits = limitsUsed.map { _ in UInt64(0) }
        for slot in engines.slots {
            let engine = engines[slot]
            var memory: UInt64 = 0
            var gpus: UInt64 = 0
            var named: [String: UInt64] = [:]
            var next = engine.head
            while next >= 0 {
                defer { next = live[next].next }
                guard groups[live[next].group].lane < 0 else { continue }
                let record = classes[placement(of: next)]
                memory += record.placement.needs.memoryBytes
                gpus += UInt64(record.placement.needs.gpus)
                for need in record.named { named[need.name, default: 0] += need.amount }
                for (limit, amount) in record.limits { limits[limit] += amount }
            }
            if memory != engine.memoryCommitted || gpus != engine.gpusCommitted
                || named != engine.namedCommitted
            {
                faults.append(
                    "engine \(engine.id): \(memory) bytes, \(gpus) GPUs, \(named) are reserved; counted"
                        + " \(engine.memoryCommitted), \(engine.gpusCommitted), \(engine.namedCommitted)")
            }
        }
        if limits != limitsUsed {
            faults.append("\(limits) of the farm's limits are reserved, counted \(limitsUsed)")
        }
    }

    /// Tasks that could begin at once on an idle slot but are not sent, right after `endTurn`: none, ever.
    public func idleSlotBesideRunnableTask() -> String? {
        if keptClass >= 0, !order.isEmpty, !isFull, !isKeptForSomebody {
            return "\(limitsKept) of the farm's limits are kept, and nobody who could run wants them"
        }
        if let lane = lanes.slots.first(where: { maySendNext(of: $0) }) {
            return
                "lane '\(lanes[lane].name)' of engine \(lanes[lane].id) is free, and its next task is not sent"
        }
        for slot in ready.queues.slots {
            let queue = ready.queues[slot]
            let number = queue.key.placement
            guard !ready.nodes[queue.node].isPaused, fitLimits(number), let bytes = headBytes(of: slot) else {
                continue
            }
            if classes[number].isCollective {
                let free = freeSeats(number, bytes: bytes)
                guard free.isEmpty else {
                    return "collective task \(TaskID(raw: queue.head)) waits beside \(free.count) free ranks"
                }
                continue
            }
            for engine in order.members
            where mayUse(engine, number) && admits(number, engine) && fitsNow(engine, number)
                && hasRoom(engine, number, depth: 0, bytes: bytes)
            {
                return
                    "task \(TaskID(raw: queue.head)) and those behind it wait beside engine \(engines[engine].id)"
            }
        }
        return nil
    }

    /// What is kept of limits is for a task that wants it, and that could run here.
    private var isKeptForSomebody: Bool {
        (classes[keptClass].isCollective || canRunSomewhere(keptClass))
            && ready.queues.slots.contains {
                ready.queues[$0].key.placement == keptClass && ready.queues[$0].head < .max
                    && !ready.nodes[ready.queues[$0].node].isPaused
            }
    }

    /// Payload bytes of the task that goes next; nil if there is none, or a brake holds it.
    private func headBytes(of number: Int32) -> UInt32? {
        let queue = ready.queues[number]
        if let task = queue.tasks.first, task.key == queue.head {
            return isStale(task, in: number) || isBraked(live[task.slot].group, isFirst: false)
                ? nil : live[task.slot].payloadBytes
        }
        guard let group = queue.groups.first, !isSpent(group), !isBraked(group.slot, isFirst: true) else {
            return nil
        }
        return nextPayloadBytes(of: group.slot)
    }
}
