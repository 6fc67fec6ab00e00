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
    /// It was paused itself; the whole farm may be, too.
    public var isPaused: Bool
    /// Its share beside its owner's other jobs, in hundredths.
    public var weight: UInt32
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
    /// What the attempts that it holds take of what it offers.
    public var cpusCommitted: UInt64
    public var memoryCommitted: UInt64
    public var gpusCommitted: UInt64
    /// What has a name and is in use, by rising name.
    public var namedCommitted: [NamedAmount]
    public var tasksEnded: UInt64
    public var lastHeard: Instant
    /// Too much failed on it: it gets nothing before this, and then one task to begin with.
    public var quarantinedUntil: Instant?
    /// That time is over: it may take one task, to see how that goes.
    public var isProbing: Bool
    /// Its lanes with unfinished tasks, by name.
    public var lanes: [LaneSummary]
    /// Attempts that it holds as a rank of collective tasks; `outstanding` counts them, too.
    public var ranks: UInt32
}

/// One of the farm's limits, and how much of it is taken.
public struct LimitUse: Equatable, Sendable {
    public var name: String
    public var used: UInt64
    public var amount: UInt64
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
    /// Of a collective task that was sent: the engines of its ranks. `engine` is one that has not ended.
    public var ranks: [EngineID] = []
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
            supersedes: job.header.supersedes, isDurable: job.header.isDurable, priorityCap: job.priorityCap,
            isPaused: job.isPaused, weight: job.header.weight)
    }

    /// After a restart: what may be running is held for its engine to claim it. O(1).
    public var isHolding: Bool { heldUntil != nil }

    /// Nothing is sent of any job. O(1).
    public var isPaused: Bool { isFarmPaused }

    /// The farm's limits, in the order in which they were given. O(limits).
    public var limitUses: [LimitUse] {
        zip(settings.limits, limitsUsed).map { LimitUse(name: $0.name, used: $1, amount: $0.amount) }
    }

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
        engines.slots.map { engineSummary($0) }
            .sorted { $0.id < $1.id }
    }

    /// Those that were lost, or have not come back since the restart, and are not known to be dead.
    /// O(engines).
    public var missingEngines: [EngineSummary] {
        engines.slots.filter { slot in
            switch engines[slot].presence {
            case .away: !engines[slot].isDead
            case .expected: true
            case .attached, .disconnected: false
            }
        }
        .map { engineSummary($0) }
    }

    func engineSummary(_ slot: Int32) -> EngineSummary {
        let engine = engines[slot]
        return EngineSummary(
            id: engine.id, info: engine.info, presence: presence(of: slot), isDraining: engine.isDraining,
            outstanding: engine.outstanding, cpusCommitted: engine.cpusCommitted,
            memoryCommitted: engine.memoryCommitted, gpusCommitted: engine.gpusCommitted,
            namedCommitted: engine.namedCommitted.map { NamedAmount($0.key, $0.value) }
                .sorted { $0.name < $1.name },
            tasksEnded: engine.tasksEnded, lastHeard: engine.lastHeard,
            quarantinedUntil: engine.quarantine.isOn ? engine.quarantine.until : nil,
            isProbing: engine.quarantine.isProbing, lanes: laneSummaries(of: slot),
            ranks: rankCount(at: slot))
    }

    func presence(of slot: Int32) -> String {
        switch engines[slot].presence {
        case .attached: engines[slot].isRecorded ? "attached" : "joining"
        case .disconnected: "disconnected"
        case .away: "away"
        case .expected: "expected"
        }
    }

    /// Nil if there is no such task. O(log groups).
    public func position(of id: TaskID) -> TaskPosition? {
        guard let job = jobIndex[id.job.raw], let group = group(of: id.index, in: job) else { return nil }
        let offset = id.index - groups[group].base
        var position = TaskPosition(
            id: id, state: groups[group].unmet > 0 ? .waiting : .ready, attempt: 0, engine: .none,
            group: groups[group].number, index: templateIndex(of: group, offset))
        let points = pointsDone(by: group)
        if !points.isEmpty { position.point = points[Int(offset)] }
        if let slot = liveIndex[id] {
            position.state = live[slot].state
            position.attempt = live[slot].attempt
            if live[slot].engine >= 0 { position.engine = engines[live[slot].engine].id }
            if let gang = gangs[id] {
                position.ranks = gang.members.map(\.engine)
                position.engine = gang.members.first { $0.slot >= 0 }?.engine ?? .none
            }
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

    /// What the groups of a job were submitted as, without their payloads and what they waited for.
    public func groupSpecs(of id: JobID) -> [GroupSpec] {
        guard let job = jobIndex[id.raw] else { return [] }
        return jobs[job].groups.map { group($0) }
    }

    /// One of a job's groups, by its number; nil if there is none. O(1).
    public func groupRange(
        _ number: UInt32, of id: JobID
    ) -> (name: String, base: UInt32, count: UInt32, template: UInt32)? {
        guard let job = jobIndex[id.raw], Int(number) < jobs[job].groups.count else { return nil }
        let group = jobs[job].groups[Int(number)]
        return (
            groupNames[group] ?? "", groups[group].base, groups[group].count, groups[group].template
        )
    }

    /// Each group's name, first index and number of tasks.
    public func groupRanges(of id: JobID) -> [(name: String, base: UInt32, count: UInt32, template: UInt32)] {
        guard let job = jobIndex[id.raw] else { return [] }
        return jobs[job].groups.map {
            (groupNames[$0] ?? "", groups[$0].base, groups[$0].count, groups[$0].template)
        }
    }
}
