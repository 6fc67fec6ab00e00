// Tasks that go where others ran.
extension Scheduler {
    /// What the group waits for: also until those that it follows have ended; where they ran is then where it
    /// may go.
    func dependencies(of spec: borrowing GroupSpec) -> [Dependency] {
        guard let follow = spec.policy.follow else { return spec.after }
        return spec.after + [Dependency(follow.sources, quorum: .all, when: .ended)]
    }

    /// Gives a group whose dependencies are met the engines where those that it follows ran. False if there
    /// are none: it can run nowhere.
    mutating func resolveFollow(of group: Int32) -> Bool {
        // While the ledger is read its job may have ended before this is settled.
        guard let follow = policies[groups[group].policy].follow, groups[group].queue >= 0 else {
            return true
        }
        var ran: Set<UInt32>?
        var isEmpty = true
        for source in follow.sources {
            forTasks(of: source, in: group) { engine in
                isEmpty = false
                let here: Set<UInt32> = engine.map { [$0.raw] } ?? []
                ran = ran.map { follow.isAll ? $0.intersection(here) : $0.union(here) } ?? here
            }
        }
        // Nobody to follow: anywhere.
        guard !isEmpty, let ran else { return true }
        guard !ran.isEmpty else { return false }
        let queue = groups[group].queue
        var placement = classes[ready.queues[queue].key.placement].placement
        placement.only = ran.sorted()
        let job = groups[group].job
        groups[group].queue = retainQueue(
            placement, priority: policies[groups[group].policy].priority, job: job)
        for slot in live.slots where live[slot].group == group {
            setQueue(of: slot)
            // What is held after a restart may be running.
            if live[slot].state == .ready, live[slot].engine < 0, !live[slot].flags.contains(.held) {
                enqueue(task: slot)
            }
        }
        releaseQueue(queue)
        return !isHopeless(ready.queues[groups[group].queue].key.placement)
    }

    private func forTasks(of source: Dependency.Source, in group: Int32, _ body: (EngineID?) -> Void) {
        let own = jobs[groups[group].job].id
        func visit(_ id: TaskID) {
            let newest = newest(of: id, before: own)
            guard let job = jobIndex[newest.job.raw], let other = self.group(of: newest.index, in: job) else {
                return
            }
            let offset = newest.index - groups[other].base
            body(groups[other].ranOn.engine(at: offset, of: groups[other].count))
        }
        func visit(group other: Int32) {
            let first = TaskID(jobs[groups[other].job].id, groups[other].base)
            for offset in 0..<groups[other].count { visit(TaskID(first.job, first.index + offset)) }
        }
        switch source {
        case .group(let number): visit(group: jobs[groups[group].job].groups[Int(number)])
        case .task(let id): visit(id)
        case .job(let id):
            guard let job = jobIndex[id.raw] else { return }
            for other in jobs[job].groups { visit(group: other) }
        }
    }
}
