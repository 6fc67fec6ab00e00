// Dependencies by definition: count the ends of all tasks named, anew each time.
extension Witness {
    private struct Tally {
        var total = 0
        var hits = 0
        var misses = 0
        var isOpen = false
    }

    /// Whether all that the group waits for has happened.
    func isMet(_ group: Int, of job: JobID) -> Bool {
        guard let known = jobs[job.raw] else { return false }
        if known.groups[group].isMet { return true }
        let isMet = known.groups[group].spec.waitsFor.allSatisfy { dependency in
            let tally = tally(dependency, in: known)
            return switch dependency.quorum {
            case .all: !tally.isOpen && tally.hits == tally.total
            case .any: tally.hits > 0 || (tally.total == 0 && !tally.isOpen)
            case .atLeast(let count): tally.hits >= Int(count)
            }
        }
        if isMet { jobs[job.raw]?.groups[group].isMet = true }
        return isMet
    }

    /// Whether something that the group waits for can no longer happen.
    func isUnreachable(_ group: Int, of job: JobID) -> Bool {
        guard let known = jobs[job.raw] else { return false }
        return known.groups[group].spec.after.contains { dependency in
            let tally = tally(dependency, in: known)
            let best = tally.total - tally.misses
            return switch dependency.quorum {
            case .all: tally.misses > 0
            case .any: !tally.isOpen && tally.total > 0 && best == 0
            case .atLeast(let count): !tally.isOpen && best < Int(count)
            }
        }
    }

    /// Tasks became impossible: rightly, and the root that is named is one that ended.
    func checkUnreachable(_ entry: OutcomeEntry) {
        guard let job = jobs[entry.task.job.raw], let group = job.group(of: entry.task.index) else { return }
        if !isUnreachable(group, of: entry.task.job) {
            fault("task \(entry.task) became impossible, though its dependencies can be met")
        }
        // Asked for more tasks than there are: nobody is to blame but the submission.
        guard entry.root.raw != TaskID(entry.task.job, job.groups[group].base).raw else { return }
        guard let root = jobs[entry.root.job.raw]?.state(entry.root.index) else {
            return fault("task \(entry.task) is impossible because of \(entry.root), which has not ended")
        }
        if root == .impossible, jobs[entry.root.job.raw]?.root(of: entry.root.index) != entry.root {
            fault("task \(entry.task) names \(entry.root) as the root, which has a root itself")
        }
    }

    /// Conformance 13: a child starts when its parents have ended, by the log's own times, however wrong the
    /// engines' clocks are. What was sent before a restart is known only by those.
    func checkOrder(_ entry: OutcomeEntry, _ job: WitnessedJob) {
        guard let group = job.group(of: entry.task.index), dispatches[entry.task]?.last?.name.epoch == epoch
        else { return }
        for dependency in job.groups[group].spec.after where dependency.quorum == .all {
            for case .task(let parent) in dependency.sources {
                let ended = jobs[parent.job.raw]?.endedAt(parent.index) ?? .zero
                if ended > entry.startedAt { fault("task \(entry.task) started before \(parent) had ended") }
            }
            for case .group(let number) in dependency.sources {
                let parents = job.groups[Int(number)]
                for index in parents.base..<(parents.base + parents.count)
                where job.endedAt(index) > entry.startedAt {
                    fault("task \(entry.task) started before \(TaskID(job.id, index)) had ended")
                }
            }
        }
    }

    /// All tasks that are named, each once.
    func tasks(of sources: [Dependency.Source], in job: WitnessedJob) -> Set<TaskID> {
        var tasks: Set<TaskID> = []
        for source in sources {
            switch source {
            case .task(let id): tasks.insert(id)
            case .group(let number):
                let group = job.groups[Int(number)]
                for index in group.base..<(group.base + group.count) { tasks.insert(TaskID(job.id, index)) }
            case .job(let id):
                for index in 0..<(jobs[id.raw]?.taskCount ?? 0) { tasks.insert(TaskID(id, index)) }
            }
        }
        return tasks
    }

    private func tally(_ dependency: Dependency, in job: WitnessedJob) -> Tally {
        var tally = Tally()
        var seen: [Dependency.Source] = []
        for source in dependency.sources where !seen.contains(source) {
            seen.append(source)
            switch source {
            case .task(let id):
                count(id, dependency.when, &tally)
            case .group(let number):
                let group = job.groups[Int(number)]
                for index in group.base..<(group.base + group.count) {
                    count(TaskID(job.id, index), dependency.when, &tally)
                }
            case .job(let id):
                guard let other = jobs[id.raw] else { continue }
                if !other.isSealed { tally.isOpen = true }
                for index in 0..<other.taskCount { count(TaskID(id, index), dependency.when, &tally) }
            }
        }
        return tally
    }

    private func count(_ task: TaskID, _ when: Dependency.When, _ tally: inout Tally) {
        tally.total += 1
        guard let state = jobs[task.job.raw]?.state(task.index) else { return }
        let isAsked =
            switch when {
            case .succeeded: state == .succeeded
            case .failed: state != .succeeded
            case .ended: true
            }
        if isAsked { tally.hits += 1 } else { tally.misses += 1 }
    }
}

extension GroupSpec {
    /// Its dependencies, and those that it follows, which have to have ended.
    fileprivate var waitsFor: [Dependency] {
        after + (policy.follow.map { [Dependency($0.sources, quorum: .all, when: .ended)] } ?? [])
    }
}
