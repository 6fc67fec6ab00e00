// Where a task may go, and what is left there, reckoned from what engines declare and what they were sent.
extension Witness {
    /// What an attempt that is out takes of its engine and the farm.
    struct Taken {
        var name: DispatchName
        var key: UniqueKey
        var memoryBytes: UInt64
        var gpus: UInt32
        var named: [NamedAmount]
        /// Beside the slots.
        var isInLane: Bool
        /// It may be one of two: of the one that is told to stop, the slot counts as free at once.
        var mayRace: Bool
    }

    /// Bytes of memory that an attempt needs after so many that ran out of it.
    static func memory(_ policy: TaskPolicy, stage: Int, raises: Int) -> UInt64 {
        let retry = stage == 0 ? policy.retry : policy.recoveries[stage - 1].retry
        var bytes = policy.needs.memoryBytes
        for _ in 0..<raises { bytes = UInt64((Double(bytes) * retry.memoryFactor).rounded(.up)) }
        return bytes
    }

    /// How often the task's memory must have been raised.
    static func raises(_ policy: TaskPolicy, _ spent: WitnessedJob.Spent?) -> Int {
        guard let spent, policy.needs.memoryBytes > 0 else { return 0 }
        let stage = Int(spent.stage)
        let retry = stage == 0 ? policy.retry : policy.recoveries[stage - 1].retry
        return retry.memoryFactor > 1 ? Int(spent.memoryFailures) : 0
    }

    // MARK: What is out

    func released(_ name: DispatchName, by key: UniqueKey) {
        out[name.task]?.removeAll { $0.name == name && $0.key == key }
        if out[name.task]?.isEmpty == true { out[name.task] = nil }
    }

    private func keepOut(_ isKept: (Taken) -> Bool) {
        for (task, taken) in out {
            let kept = taken.filter(isKept)
            out[task] = kept.isEmpty ? nil : kept
        }
    }

    /// An engine has said what it holds: whatever else it was sent is nowhere.
    func claimed(_ names: [DispatchName], by key: UniqueKey) {
        let kept = Set(names)
        claimed.formUnion(names.map(\.task))
        keepOut { $0.key != key || kept.contains($0.name) }
    }

    func lost(_ engine: EngineID) {
        guard let key = engineKeys[engine.raw] else { return }
        keepOut { $0.key != key }
    }

    /// The attempt goes on the engine's account, and never over what that has.
    func checkNeeds(_ sent: SentDispatch, _ policy: TaskPolicy, _ spent: WitnessedJob.Spent?) {
        let task = sent.entry.name.task
        let memory = Self.memory(
            policy, stage: Int(spent?.stage ?? 0), raises: Self.raises(policy, spent))
        let taken = Taken(
            name: sent.entry.name, key: sent.engineKey, memoryBytes: memory, gpus: policy.needs.gpus,
            named: policy.needs.named, isInLane: !policy.lane.isEmpty, mayRace: policy.speculate)
        // The other ranks of the same attempt.
        let beside = sent.seat == nil ? [] : out[task, default: []].filter { $0.name == sent.entry.name }
        out[task] = beside + [taken]
        guard let info = infos[sent.engineKey] else { return }
        let here = out.values.joined().filter { $0.key == sent.engineKey }
        if sent.seat != nil, here.count(where: { !$0.isInLane && !$0.mayRace }) > Int(info.slots) {
            fault(
                "task \(task): a rank was sent to \(info.name), which has \(here.count) for its slots: \(here.map(\.name.short))"
            )
        }
        let bytes = here.reduce(0) { $0 + $1.memoryBytes }
        if memory > 0, bytes > info.memoryBytes {
            fault(
                "task \(task): \(info.name) has \(info.memoryBytes) bytes, and was sent what needs \(bytes)")
        }
        let gpus = here.reduce(0) { $0 + $1.gpus }
        if gpus > info.gpus {
            fault("task \(task): \(info.name) has \(info.gpus) GPUs, and was sent what needs \(gpus)")
        }
        for need in policy.needs.named {
            let limit = limits.first { $0.name == need.name }
            let known = limit ?? info.named.first { $0.name == need.name }
            let takers = limit == nil ? here : Array(out.values.joined())
            let used = takers.reduce(0) { sum, one in
                sum + (one.named.first { $0.name == need.name }?.amount ?? 0)
            }
            if used > known?.amount ?? 0 {
                let place = limit == nil ? info.name : "the farm"
                fault("task \(task): \(place) has \(known?.amount ?? 0) \(need.name), and \(used) are used")
            }
        }
    }

    // MARK: Where

    /// The engine is one that the task may go to.
    func checkPlace(_ sent: SentDispatch, _ job: WitnessedJob, _ number: Int) {
        let task = sent.entry.name.task
        let spent = job.spent[task.index]
        let engine = sent.engine.raw
        if spent?.refusedBy.contains(engine) == true {
            fault("task \(task) was sent to engine \(sent.engine), which it cannot run on")
        }
        guard let info = infos[sent.engineKey] else { return }
        let policy = job.groups[number].spec.policy
        if !names(task, job, number, engine, info) {
            fault("task \(task) was sent to \(info.name), which is none of its engines")
        }
        if !policy.needs.tags.allSatisfy({ info.tags.contains($0) }) {
            fault("task \(task) was sent to \(info.name), which lacks its tags")
        }
        // The pool of a collective task may be the only one.
        guard spent?.avoided.contains(engine) == true, policy.collective == nil else { return }
        let memory = Self.memory(policy, stage: Int(spent?.stage ?? 0), raises: Self.raises(policy, spent))
        // Only who was there before this turn and still is.
        for other in takers where spent?.avoided.contains(other) == false {
            guard let key = engineKeys[other], let info = infos[key], names(task, job, number, other, info),
                canHold(info, policy.needs, memory: memory),
                hasAmpleTime(key, policy, stage: Int(spent?.stage ?? 0))
            else { continue }
            fault(
                "task \(task) was sent to engine \(sent.engine), where it failed, though \(info.name) can take it"
            )
        }
    }

    /// Whether nothing but lack of room speaks against the engine.
    func mayGo(_ task: TaskID, to engine: EngineID) -> Bool {
        guard let key = engineKeys[engine.raw], let info = infos[key], let job = jobs[task.job.raw],
            let number = job.group(of: task.index)
        else { return false }
        let policy = job.groups[number].spec.policy
        return policy.collective == nil && names(task, job, number, engine.raw, info)
            && job.spent[task.index]?.avoided.contains(engine.raw) != true
            && canHold(info, policy.needs, memory: policy.needs.memoryBytes)
            && hasAmpleTime(key, policy, stage: Int(job.spent[task.index]?.stage ?? 0))
    }

    private func canHold(_ info: EngineInfo, _ needs: Needs, memory: UInt64) -> Bool {
        needs.cpus <= info.cpus && memory <= info.memoryBytes && needs.gpus <= info.gpus
            && needs.tags.allSatisfy { info.tags.contains($0) }
            && needs.named.allSatisfy { need in
                limits.contains { $0.name == need.name }
                    || info.named.contains { $0.name == need.name && $0.amount >= need.amount }
            }
    }

    /// Whether the task may go to the engine, whatever that has.
    private func names(
        _ task: TaskID, _ job: WitnessedJob, _ number: Int, _ engine: UInt32, _ info: EngineInfo
    ) -> Bool {
        let policy = job.groups[number].spec.policy
        if job.spent[task.index]?.refusedBy.contains(engine) == true { return false }
        if let follow = policy.follow, let places = places(follow, job), !places.contains(engine) {
            return false
        }
        return policy.targets.isEmpty || policy.targets.contains(info.name)
            || policy.targets.contains(EngineID(engine).description)
            || info.tags.contains { policy.targets.contains($0) }
    }

    /// Engines where those ran that are followed; nil if there is nobody to follow.
    private func places(_ follow: Follow, _ job: WitnessedJob) -> Set<UInt32>? {
        var places: Set<UInt32>?
        for task in tasks(of: follow.sources, in: job) {
            let engine = (task.job == job.id ? job : jobs[task.job.raw])?.ranOn[task.index]
            let here = engine.map { Set([$0]) } ?? []
            places = places.map { follow.isAll ? $0.intersection(here) : $0.union(here) } ?? here
        }
        return places
    }

    /// Tasks are given up for want of an engine only if none of the roster is one of theirs.
    func checkHopeless(_ entry: OutcomeEntry) {
        guard let job = jobs[entry.task.job.raw] else { return }
        for index in entry.task.index..<entry.task.index + entry.count {
            guard let number = job.group(of: index) else { return }
            let task = TaskID(job.id, index)
            if (job.spent[index]?.refusedBy.isEmpty ?? true) == (entry.cause == .notHere) {
                fault("task \(task) became impossible with \(entry.cause.word)")
            }
            for (engine, joinedAt) in roster where joinedAt < turn {
                guard let key = engineKeys[engine], let info = infos[key],
                    names(task, job, number, engine, info)
                else { continue }
                fault(
                    "task \(task) became impossible, though engine \(engine) of the roster is one of its engines"
                )
            }
        }
    }
}
