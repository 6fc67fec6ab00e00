/// What is known of a job without its outcome log.
public struct JobSummary: Sendable {
    public var id: JobID
    public var key: UniqueKey
    public var name: String
    public var labels: [Label]
    public var owner: String
    public var counts: StateCounts
    public var taskCount: UInt32
    public var isSealed: Bool
    public var submittedAt: Instant
    /// `zero` while it has not ended.
    public var endedAt: Instant
    /// Entries of its outcome log so far.
    public var entries: UInt64
    /// The job some of whose tasks it does again.
    public var supersedes: JobID?
    public var isDurable: Bool
    public var priorityCap: Int32
}

/// An engine of the roster.
public struct EngineSummary: Sendable {
    public var id: EngineID
    public var info: EngineInfo
    /// `joining` (here, and not recorded yet), `attached`, `disconnected`, `away` or `expected`.
    public var presence: String
    /// It is connected, and nobody has told it to leave: `joining` or `attached`.
    public var isHere: Bool { presence == "attached" || presence == "joining" }
    public var isDraining: Bool
    public var outstanding: UInt32
    public var cpusCommitted: UInt64
    public var tasksEnded: UInt64
    public var lastHeard: Instant
}

/// Where a task is now.
public struct TaskPosition: Sendable {
    public var id: TaskID
    public var state: TaskState
    /// The newest attempt; 0 if there was none or the task has ended.
    public var attempt: UInt32
    /// `none` unless it is at one.
    public var engine: EngineID
    public var group: UInt32
    /// The index that the group's template is expanded with.
    public var index: UInt32
    /// In a job that does tasks of another again: the task's index there.
    public var point: UInt32?
}

/// Why a task has not ended, from the scheduler's own state.
public enum WaitReason: Equatable, Sendable {
    /// Conditions not met: tasks counted so far, of how many needed.
    case dependencies([String])
    case heldForRecovery(until: Instant)
    /// Its next try comes then.
    case delayed(until: Instant)
    case noEngines
    /// Those that are here are not in the ledger's roster yet.
    case enginesJoining
    case noEngineHasCPUs(needed: UInt32, largest: UInt32)
    case targetsNotHere([String])
    /// Tasks are before it, or all slots are taken.
    case queued(tasksReady: Int, slots: UInt32, outstanding: UInt32)
    case atEngine(EngineID, name: String, attempt: UInt32)
    case cancelling(EngineID, name: String)
    case ended(TaskState)
}

extension Scheduler {
    /// O(1).
    public func summary(of id: JobID) -> JobSummary? {
        guard let slot = jobIndex[id.raw] else { return nil }
        return summary(slot: slot)
    }

    public func job(withKey key: UniqueKey) -> JobID? {
        guard let slot = jobByKey[key] else { return nil }
        return jobs[slot].id
    }

    /// All jobs that are remembered, oldest first. O(jobs log jobs).
    public var jobSummaries: [JobSummary] {
        jobs.slots.map { summary(slot: $0) }.sorted { $0.id < $1.id }
    }

    func summary(slot: Int32) -> JobSummary {
        let job = jobs[slot]
        return JobSummary(
            id: job.id, key: job.key, name: job.header.name, labels: job.header.labels,
            owner: owners[Int(job.owner)], counts: job.counts, taskCount: job.taskCount,
            isSealed: job.isSealed, submittedAt: job.submittedAt, endedAt: job.endedAt, entries: job.entries,
            supersedes: job.header.supersedes, isDurable: job.header.isDurable, priorityCap: job.priorityCap)
    }

    /// After a restart: what may be running is held for its engine to claim it. O(1).
    public var isHolding: Bool { heldUntil != nil }

    /// Jobs that are remembered. O(1).
    public var jobCount: Int { jobs.count }

    /// Counts over all remembered jobs. O(jobs).
    public var counts: StateCounts {
        var total = StateCounts()
        for slot in jobs.slots { total.add(jobs[slot].counts) }
        return total
    }

    /// By number. O(engines log engines).
    public var engineSummaries: [EngineSummary] {
        engines.slots.map { slot in
            let engine = engines[slot]
            let presence =
                switch engine.presence {
                case .attached: engine.isRecorded ? "attached" : "joining"
                case .disconnected: "disconnected"
                case .away: "away"
                case .expected: "expected"
                }
            return EngineSummary(
                id: engine.id, info: engine.info, presence: presence, isDraining: engine.isDraining,
                outstanding: engine.outstanding, cpusCommitted: engine.cpusCommitted,
                tasksEnded: engine.tasksEnded, lastHeard: engine.lastHeard)
        }
        .sorted { $0.id < $1.id }
    }

    /// Nil if there is no such task. O(log groups).
    public func position(of id: TaskID) -> TaskPosition? {
        guard let job = jobIndex[id.job.raw], let group = group(of: id.index, in: job) else { return nil }
        let offset = id.index - groups[group].base
        var position = TaskPosition(
            id: id, state: groups[group].unmet > 0 ? .waiting : .ready, attempt: 0, engine: .none,
            group: groups[group].number, index: groups[group].spec.templateIndex(offset))
        if !groups[group].spec.points.isEmpty { position.point = groups[group].spec.points[Int(offset)] }
        if let slot = liveIndex[id] {
            position.state = live[slot].state
            position.attempt = live[slot].attempt
            if live[slot].engine >= 0 { position.engine = engines[live[slot].engine].id }
        } else if !groups[group].states.isEmpty,
            let state = TaskState(rawValue: groups[group].states[Int(offset)]), state.isTerminal
        {
            position.state = state
        }
        return position
    }

    /// The attempts that an engine holds, in order of dispatch.
    public func attempts(at engine: EngineHandle) -> [DispatchName] {
        var names: [DispatchName] = []
        guard contains(engine) else { return names }
        var slot = engines[engine.slot].head
        while slot >= 0 {
            names.append(
                DispatchName(task: live[slot].id, attempt: live[slot].attempt, epoch: live[slot].epoch))
            slot = live[slot].next
        }
        return names
    }

    /// The same, by the engine's number.
    public func attempts(atEngine id: EngineID) -> [DispatchName] {
        guard let slot = engineByID[id.raw] else { return [] }
        return attempts(at: handle(of: slot))
    }

    public func group(_ slot: Int32) -> GroupSpec { groups[slot].spec }

    /// Each group's name, first index and number of tasks.
    public func groupRanges(of id: JobID) -> [(name: String, base: UInt32, count: UInt32, template: UInt32)] {
        guard let job = jobIndex[id.raw] else { return [] }
        return jobs[job].groups.map {
            (groups[$0].spec.name, groups[$0].base, groups[$0].count, groups[$0].spec.template)
        }
    }

    /// Why the task is where it is; nil if it is not known.
    public func why(_ id: TaskID) -> WaitReason? {
        guard let position = position(of: id), let job = jobIndex[id.job.raw],
            let group = group(of: id.index, in: job)
        else { return nil }
        if position.state.isTerminal { return .ended(position.state) }
        if position.engine != .none {
            let name = engineByID[position.engine.raw].map { engines[$0].info.name } ?? ""
            return position.state == .cancelling
                ? .cancelling(position.engine, name: name)
                : .atEngine(position.engine, name: name, attempt: position.attempt)
        }
        if let slot = liveIndex[id], live[slot].state == .waiting {
            return .delayed(until: live[slot].notBefore)
        }
        if groups[group].unmet > 0 { return .dependencies(unmetConditions(of: group)) }
        if groups[group].isHeld, let until = heldUntil { return .heldForRecovery(until: until) }
        let placement = classes[Int(ready.queues[Int(groups[group].queue)].key.placement)]
        let present = order.members
        guard !present.isEmpty else {
            return engines.slots.contains { engines[$0].presence == .attached && !engines[$0].isRecorded }
                ? .enginesJoining : .noEngines
        }
        let admitted = present.filter { placement.admits(engines[$0]) }
        guard !admitted.isEmpty else { return .targetsNotHere(placement.targets) }
        let largest = admitted.map { engines[$0].info.cpus }.max() ?? 0
        guard placement.needs.cpus <= largest else {
            return .noEngineHasCPUs(needed: placement.needs.cpus, largest: largest)
        }
        return .queued(
            tasksReady: jobs.slots.reduce(0) { $0 + jobs[$1].counts.ready },
            slots: admitted.reduce(0) { $0 + engines[$1].info.slots },
            outstanding: admitted.reduce(0) { $0 + engines[$1].outstanding })
    }

    private func unmetConditions(of group: Int32) -> [String] {
        groups[group].conditions.compactMap { ref in
            guard conditions.contains(ref.slot, generation: ref.generation) else { return nil }
            let condition = conditions[ref.slot]
            let open = condition.openJobs > 0 ? ", and the job is still being submitted" : ""
            return "\(condition.hits) of \(condition.needed) needed tasks have \(condition.when)\(open)"
        }
    }
}
