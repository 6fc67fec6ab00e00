extension Scheduler {
    /// Why the task is where it is; nil if it is not known. O(engines + jobs).
    ///
    /// - Parameter now: what engines have left is reckoned from; nil: the last turn.
    public func why(_ id: TaskID, at now: Instant? = nil) -> WaitReason? {
        guard let position = position(of: id), let job = jobIndex[id.job.raw],
            let group = group(of: id.index, in: job)
        else { return nil }
        if position.state.isTerminal { return .ended(position.state) }
        if position.engine != .none {
            let name = engineByID[position.engine.raw].map { engines[$0].info.name } ?? ""
            if position.state != .cancelling, let gang = gangs[id] {
                return .atRanks(
                    gang.members.filter { $0.slot >= 0 }.map(\.engine), of: gang.members.count,
                    attempt: position.attempt)
            }
            return position.state == .cancelling
                ? .cancelling(position.engine, name: name)
                : .atEngine(position.engine, name: name, attempt: position.attempt, copy: copy(of: id))
        }
        let slot = liveIndex[id]
        if let slot, live[slot].state == .waiting { return .delayed(until: live[slot].notBefore) }
        if groups[group].unmet > 0 { return .dependencies(unmetConditions(of: group)) }
        if groups[group].isHeld, let until = heldUntil { return .heldForRecovery(until: until) }
        if jobs[job].isPaused { return .paused(id.job) }
        if isFarmPaused { return .paused(nil) }
        if groups[group].lane >= 0 { return .inLane(lanePlace(of: id, in: groups[group].lane)) }
        if let brake = holdingBrake(of: group, isFirst: slot == nil) {
            return .braked(words(of: brake, isFirst: slot == nil))
        }
        let queue = slot.map { self.queue(of: $0) } ?? groups[group].queue
        let policy = policies[groups[group].policy]
        let length = policy.longest(inStage: slot.map { live[$0].stage } ?? 0)
        return whyNoRoom(id, queue, ReckonedTime(length: length, now: now ?? turnAt))
    }

    /// The other of two attempts at the task.
    private func copy(of id: TaskID) -> AttemptCopy? {
        guard let slot = liveIndex[id], live[slot].twin >= 0 else { return nil }
        let twin = live[live[slot].twin]
        guard twin.engine >= 0 else { return nil }
        return AttemptCopy(engine: engines[twin.engine].id, attempt: twin.attempt)
    }

    private func words(of brake: Int32, isFirst: Bool) -> String {
        let record = brakes[brake]
        let whose = record.group >= 0 ? "" : " of its job"
        if record.hasStopped {
            return "a brake\(whose): too many have failed, and it is about to be cancelled"
        }
        if record.brake.maxRunning > 0, record.out >= record.brake.maxRunning {
            return
                "max-running\(whose): \(record.out) of \(record.brake.maxRunning) are sent; it goes when one of them ends"
        }
        return
            "canary\(whose): \(record.brake.canary) tasks go first, and none of them has succeeded yet"
            + " (\(record.failed) failed)"
    }

    private func whyNoRoom(_ id: TaskID, _ queue: Int32, _ time: ReckonedTime) -> WaitReason {
        let number = ready.queues[queue].key.placement
        // What all ranks of the smallest pool take together.
        let times =
            classes[number].isCollective
            ? UInt64(pools.slots.map { ranks(of: number, in: $0) }.min() ?? 1) : 1
        // A gang for which they can never be enough is told so with its pools. Of others that is refused,
        // unless the limit was lowered since: then this says it.
        for (limit, amount) in classes[number].limits
        where !classes[number].isCollective || isWithinLimits(number, times: times) {
            let known = settings.limits[limit]
            let kept = kept(of: limit, from: number)
            let (needed, isOver) = amount.multipliedReportingOverflow(by: times)
            let (all, isPast) = needed.addingReportingOverflow(limitsUsed[limit] &+ kept)
            if isOver || isPast || all > known.amount {
                return .limit(
                    known.name, used: limitsUsed[limit], of: known.amount, needed: isOver ? .max : needed,
                    kept: kept)
            }
        }
        guard !order.isEmpty else {
            let isJoining = engines.slots.contains {
                engines[$0].presence == .attached && !engines[$0].isRecorded
            }
            if isJoining { return .enginesJoining }
            if classes[number].isCollective, !pools.slots.isEmpty { return whyNoRanks(id, queue, time) }
            let objections = objections(number, time)
            return objections.isEmpty ? .noEngines : .noEngineCan(objections)
        }
        if classes[number].isCollective { return whyNoRanks(id, queue, time) }
        let able = order.members.filter {
            admits(number, $0) && canHold($0, number) && lasts($0, number, from: time.now)
        }
        guard !able.isEmpty else { return .noEngineCan(objections(number, time)) }
        let busy = able.sorted().compactMap { self.busy($0, number) }
        // Those that could take it, but for their quarantine or their time.
        let out = objections(number, time).filter { $0.until != nil || $0.isShortOfTime }
        return .queued(place(of: id, queue), busy + out)
    }

    func place(of id: TaskID, _ queue: Int32) -> QueuePlace {
        let node = ready.queues[queue].node
        let level = ready.levels[Int(ready.nodes[node].level)]
        var head = ready.queues[queue].head
        if let first = ready.queues[queue].groups.first, first.key == head, groups.contains(first.slot) {
            // A group keeps its place while its tasks are sent one by one.
            head = TaskID(jobs[groups[first.slot].job].id, groups[first.slot].base).raw
            head += UInt64(groups[first.slot].cursor)
        }
        var others = 0
        for owner in level.owners where owner.owner != ready.queues[queue].key.owner {
            if ownerUnfinished[Int(owner.owner)] > 0 { others += 1 }
        }
        var isOutranked = false
        var otherJobs = 0
        for slot in ready.nodes.slots where slot != node && ready.nodes[slot].pending > 0 {
            let priority = ready.levels[Int(ready.nodes[slot].level)].priority
            if priority > level.priority { isOutranked = true }
            if priority == level.priority, ready.nodes[slot].owner == ready.nodes[node].owner {
                otherJobs += 1
            }
        }
        return QueuePlace(
            ready: jobs.slots.reduce(0) { $0 + jobs[$1].counts.ready },
            before: head < id.raw ? id.raw - head : 0, isOutranked: isOutranked, otherOwners: others,
            otherJobs: otherJobs)
    }

    /// What every engine of the roster lacks for the class, by number.
    private func objections(_ number: Int32, _ time: ReckonedTime) -> [EngineObjection] {
        engines.slots.map { engine in
            EngineObjection(
                id: engines[engine].id, name: engines[engine].info.name,
                objection: objection(engine, number, time),
                until: engines[engine].quarantine.isClosed ? engines[engine].quarantine.until : nil,
                isShortOfTime: order.contains(engine) && admits(number, engine) && canHold(engine, number)
                    && !lasts(engine, number, from: time.now))
        }
        .sorted { $0.id < $1.id }
    }

    private func objection(_ engine: Int32, _ number: Int32, _ time: ReckonedTime) -> String {
        let record = engines[engine]
        let placement = classes[number].placement
        let presence = presence(of: engine)
        if presence != "attached" {
            if presence == "joining" { return "is joining" }
            // What it lacks anyway, it will lack when it is back.
            return (["is not here (\(presence))"] + shortfalls(engine, number)).joined(separator: ", ")
        }
        if record.isDraining { return "is draining" }
        if record.quarantine.isClosed { return "is quarantined" }
        if placement.never.contains(record.id.raw) { return "the task's check said no" }
        if let only = placement.only, !only.contains(record.id.raw) {
            return "those that it follows did not run there"
        }
        if !placement.names(record) { return "is none of its targets" }
        let tags = placement.needs.missingTags(of: record.info).map { [$0] } ?? []
        let short = timeShortage(engine, number, time).map { [$0] } ?? []
        return (tags + shortfalls(engine, number) + short).joined(separator: ", ")
    }

    /// What the engine has declared too little of.
    private func shortfalls(_ engine: Int32, _ number: Int32) -> [String] {
        classes[number].placement.needs.shortfalls(
            of: engines[engine].info, named: classes[number].named)
    }

    /// What the engine has too little of at the moment; nil if it has room.
    private func busy(_ engine: Int32, _ number: Int32) -> EngineObjection? {
        let record = engines[engine]
        var words: [String] = []
        if record.outstanding >= record.info.slots {
            words.append("all \(record.info.slots) slots are taken")
        }
        let lacks = lacks(engine, number)
        let needs = classes[number].placement.needs
        if lacks.contains(.cpus), needs.cpus > 1 || words.isEmpty {
            let free = UInt64(record.info.cpus) - min(UInt64(record.info.cpus), record.cpusCommitted)
            words.append("\(free) of \(needs.cpus) CPUs are free")
        }
        if lacks.contains(.memory) {
            let free = record.info.memoryBytes - min(record.info.memoryBytes, record.memoryCommitted)
            words.append("\(Needs.mebibytes(free)) of \(Needs.mebibytes(needs.memoryBytes)) are free")
        }
        if lacks.contains(.gpus) {
            let free = UInt64(record.info.gpus) - min(UInt64(record.info.gpus), record.gpusCommitted)
            words.append("\(free) of \(needs.gpus) GPUs are free")
        }
        for need in classes[number].named {
            let (all, used) = (declared(need.name, by: engine), record.namedCommitted[need.name] ?? 0)
            let free = all - min(all, used)
            if free < need.amount { words.append("\(free) of \(need.amount) \(need.name) are free") }
        }
        if !mayUse(engine, number) {
            words.append("is kept free for a task that needs more and goes before it")
        }
        guard !words.isEmpty else { return nil }
        return EngineObjection(
            id: record.id, name: record.info.name, objection: words.joined(separator: ", "))
    }

    private func unmetConditions(of group: Int32) -> [String] {
        conditions(of: group).map { slot in
            let condition = conditions[slot]
            let ref = ConditionRef(slot: slot, generation: conditions.generation(of: slot))
            let open = condition.openJobs > 0 ? ", and the job is still being submitted" : ""
            let sources = sources(of: ref)
            let more = sources.count > 3 ? " and \(sources.count - 3) more" : ""
            let names = sources.isEmpty ? "" : " (\(sources.prefix(3).joined(separator: ", "))\(more))"
            return
                "\(condition.hits) of \(condition.needed) needed tasks have \(condition.when)\(names)\(open)"
        }
    }

    /// What the condition still waits for. O(groups + tasks that are watched).
    private func sources(of ref: ConditionRef) -> [String] {
        var words: [String] = []
        for slot in groups.slots
        where groups[slot].ended < groups[slot].count
            && watches(slot, for: ref)
        {
            let group = groups[slot]
            let first = TaskID(jobs[group.job].id, group.base)
            let name = groupNames[slot].map { " \($0)" } ?? ""
            words.append(
                group.count == 1
                    ? "\(first)\(name)"
                    : "\(first)-\(group.base + group.count - 1)\(name): \(group.ended) of \(group.count) ended"
            )
        }
        words += taskWatchers.filter { $0.value.contains(ref) }.keys.sorted().map { "\(TaskID(raw: $0))" }
        return words
    }
}
