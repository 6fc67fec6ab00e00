// Dependencies by reverse counters: the parent holds who waits for it, and looks at them only when one of its
// own counters reaches a number at which some condition can change. So 100,000 parked dependents cost a
// running task nothing (conformance 20), and an `after: all` over a million-task array is looked at once.
extension Scheduler {
    /// Sets the watches of a group that was just made.
    mutating func watchSources(of group: Int32, _ after: [Dependency]) {
        for dependency in after {
            let slot = addCondition(
                Condition(group: group, quorum: dependency.quorum, when: dependency.when))
            #if DEBUG
            if makes(.wrongAny), dependency.quorum == .any { conditions[slot].quorum = .all }
            #endif
            let ref = ConditionRef(slot: slot, generation: conditions.generation(of: slot))
            groups[group].unmet += 1
            let sources = unique(dependency.sources)
            conditions[slot].sourceCount = sources.count
            for source in sources { watch(source, ref) }
            judge(ref)
        }
    }

    /// Duplicates are harmless (conformance 17).
    private func unique(_ sources: [Dependency.Source]) -> [Dependency.Source] {
        guard sources.count > 1 else { return sources }
        var seen = Set<Dependency.Source>()
        return sources.filter { seen.insert($0).inserted }
    }

    private mutating func watch(_ source: Dependency.Source, _ ref: ConditionRef) {
        switch source {
        case .group(let number):
            let job = groups[conditions[ref.slot].group].job
            watch(jobs[job].groups[Int(number)], for: ref)
        case .job(let id):
            guard let job = jobIndex[id.raw] else { return }
            rely(ref, on: job)
            // Its groups are several sources: how many of which end cannot be foretold from one of them.
            conditions[ref.slot].sourceCount += jobs[job].groups.count
            for group in jobs[job].groups { watch(groupOrNewest: group, ref) }
            if !jobs[job].isSealed {
                conditions[ref.slot].openJobs += 1
                jobs[job].openWatchers.append(ref)
            }
        case .task(let id):
            watch(task: newest(of: id, before: dependent(ref)), ref)
        }
    }

    /// Who depends on a job means its points, and so, of those that were done again by then, the newest.
    private mutating func watch(groupOrNewest group: Int32, _ ref: ConditionRef) {
        let own = dependent(ref)
        // To a group that is still growing tasks are added by their number only.
        guard groups[group].isClosed, isDoneAgain(group, before: own) else { return watch(group, for: ref) }
        let first = TaskID(jobs[groups[group].job].id, groups[group].base)
        for offset in 0..<groups[group].count {
            watch(task: newest(of: TaskID(first.job, first.index + offset), before: own), ref)
        }
    }

    private func dependent(_ ref: ConditionRef) -> JobID {
        jobs[groups[conditions[ref.slot].group].job].id
    }

    private mutating func watch(task id: TaskID, _ ref: ConditionRef) {
        conditions[ref.slot].total += 1
        guard let job = jobIndex[id.job.raw], let group = group(of: id.index, in: job) else {
            // Known when this was accepted and forgotten since: it had ended, and well enough for nobody to
            // be told.
            conditions[ref.slot].hits += 1
            return
        }
        rely(ref, on: job)
        let offset = Int(id.index - groups[group].base)
        if !groups[group].states.isEmpty, let state = TaskState(rawValue: groups[group].states[offset]),
            state.isTerminal
        {
            let root = state == .impossible ? groups[group].impossibleRoot ?? id : id
            count(state, root: root, for: ref)
        } else {
            var watchers = taskWatchers.removeValue(forKey: id.raw) ?? []
            if watchers.count >= 64, watchers.count & (watchers.count - 1) == 0 {
                // Dependents that were cancelled leave stale entries; a parent that runs for long must not
                // gather them.
                watchers.removeAll { !conditions.contains($0.slot, generation: $0.generation) }
            }
            watchers.append(ref)
            taskWatchers[id.raw] = watchers
            groups[group].hasTaskWatchers = true
        }
    }

    /// Keeps the job remembered for as long as the one that waits for it is unfinished.
    private mutating func rely(_ ref: ConditionRef, on job: Int32) {
        let dependent = groups[conditions[ref.slot].group].job
        if dependent != job, jobs[dependent].dependsOn.insert(jobs[job].id.raw).inserted {
            jobs[job].dependents += 1
        }
    }

    /// A single watched task has ended.
    mutating func tellWatchers(of id: TaskID, _ state: TaskState, root: TaskID) {
        guard let watchers = taskWatchers.removeValue(forKey: id.raw) else { return }
        for ref in watchers where conditions.contains(ref.slot, generation: ref.generation) {
            count(state, root: root, for: ref)
            judge(ref)
        }
    }

    private mutating func count(_ state: TaskState, root: TaskID, for ref: ConditionRef) {
        if conditions[ref.slot].when.counts(state) {
            conditions[ref.slot].hits += 1
        } else {
            conditions[ref.slot].misses += 1
            if conditions[ref.slot].missRoot == nil { conditions[ref.slot].missRoot = root }
        }
    }

    /// Notes a verdict if the condition is decided. A condition may be noted twice; the second is stale by
    /// then.
    mutating func judge(_ ref: ConditionRef) {
        statistics.judgements += 1
        if conditions[ref.slot].isMet {
            verdicts.append(.conditionMet(ref))
        } else if conditions[ref.slot].isUnreachable {
            verdicts.append(.unreachable(ref))
        }
    }

    /// Carries verdicts out until none is left: a loop, not a recursion, so that a chain of any length is
    /// safe, and dependents become impossible in the same pass (conformance 14).
    mutating func settleVerdicts(at now: Instant, into actions: inout SchedulerActions) {
        while verdictsHead < verdicts.count {
            let verdict = verdicts[verdictsHead]
            verdictsHead += 1
            switch verdict {
            case .conditionMet(let ref):
                guard conditions.contains(ref.slot, generation: ref.generation) else { continue }
                let group = conditions[ref.slot].group
                removeCondition(ref.slot)
                groups[group].unmet -= 1
                if groups[group].unmet == 0 { becomeReady(group, at: now, into: &actions) }
            case .unreachable(let ref):
                guard conditions.contains(ref.slot, generation: ref.generation) else { continue }
                let group = conditions[ref.slot].group
                groups[group].impossibleRoot =
                    conditions[ref.slot].missRoot ?? TaskID(jobs[groups[group].job].id, groups[group].base)
                dropConditions(of: group)
                endImpossible(group, at: now, into: &actions)
            case .dead(let group) where isDead(group):
                endImpossible(group, at: now, into: &actions)
            case .dead: break
            case .stop(let brake, let generation):
                guard brakes.contains(brake, generation: generation) else { continue }
                stop(brake: brake, at: now, into: &actions)
            case .clear(let lane, let generation, let root, let after):
                guard lanes.contains(lane, generation: generation) else { continue }
                clear(lane: lane, root: root, after: after, at: now, into: &actions)
            }
        }
        verdicts.removeAll(keepingCapacity: true)
        verdictsHead = 0
    }

    private mutating func endImpossible(
        _ group: Int32, at now: Instant, into actions: inout SchedulerActions
    ) {
        endUntouched(
            group, 0..<groups[group].count, .impossible,
            groups[group].impossibleRoot == nil ? .noEngine : .dependency,
            root: causeOfEnd(group), at: now, into: &actions)
        if groups.contains(group), jobs[groups[group].job].earlyGroups.contains(group) {
            endEarlyTasks(of: group, at: now, into: &actions)
        }
    }

    /// Who is to blame; nil if nobody in particular is.
    private func causeOfEnd(_ group: Int32) -> TaskID? {
        let root = groups[group].impossibleRoot
        return root == TaskID(jobs[groups[group].job].id, groups[group].base) ? nil : root
    }

    /// Frees the conditions of a group of which nothing is left to be sent. After a restart they stay: tasks
    /// that were sent too early may need them.
    mutating func dropUnneededConditions(of group: Int32) {
        guard groups[group].untouched == 0, groups[group].isClosed, jobs[groups[group].job].epoch == 0 else {
            return
        }
        dropConditions(of: group)
    }

    /// Frees the conditions of a group that waits no longer; watches that point at them are found stale
    /// later.
    mutating func dropConditions(of group: Int32) {
        var slot = groups[group].lastCondition
        groups[group].lastCondition = -1
        while slot >= 0 {
            let next = conditions[slot].next
            conditions.remove(slot)
            slot = next
        }
    }

    private mutating func becomeReady(
        _ group: Int32, at now: Instant, into actions: inout SchedulerActions
    ) {
        let count = Int(groups[group].untouched)
        jobs[groups[group].job].counts.waiting -= count
        jobs[groups[group].job].counts.ready += count
        guard resolveFollow(of: group) else {
            groups[group].isStranded = true
            return endImpossible(group, at: now, into: &actions)
        }
        enqueue(group)
        if jobs[groups[group].job].earlyGroups.contains(group), !groups[group].isHeld {
            letGoOfEarlyTasks(of: group, at: now)
        }
    }
}
