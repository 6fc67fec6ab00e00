// `tasks retry` makes a job whose tasks do some of another's again. Which point of the original has come to
// what is then the newest end among all of these jobs.
extension Scheduler {
    /// A byte for each task of a job: 0 while it has not ended, else the terminal state's raw value.
    public func states(of id: JobID) -> [UInt8]? {
        guard let job = jobIndex[id.raw] else { return nil }
        var states: [UInt8] = []
        states.reserveCapacity(Int(jobs[job].taskCount))
        for group in jobs[job].groups {
            if groups[group].states.isEmpty {
                states.append(contentsOf: repeatElement(0, count: Int(groups[group].count)))
            } else {
                states += groups[group].states.map { $0 >= TaskState.succeeded.rawValue ? $0 : 0 }
            }
        }
        return states
    }

    /// Jobs that do tasks of this one again, oldest first. O(their number).
    public func superseding(_ id: JobID) -> [JobID] { supersedingJobs[id.raw] ?? [] }

    /// The job is about to be forgotten.
    mutating func supersedesNoMore(_ job: Int32) {
        guard let root = jobs[job].header.supersedes else { return }
        let id = jobs[job].id
        supersedingJobs[root.raw]?.removeAll { $0 == id }
        if supersedingJobs[root.raw]?.isEmpty == true { supersedingJobs[root.raw] = nil }
    }

    /// The newest of the tasks that do this one again, or the task itself. O(later jobs · log groups).
    ///
    /// - Parameter limit: jobs from this one on do not count.
    public func newest(of id: TaskID, before limit: JobID = JobID(.max)) -> TaskID {
        var (root, point) = (id.job, id.index)
        if let job = jobIndex[id.job.raw], let origin = jobs[job].header.supersedes,
            let found = points(of: id.job, in: id.index..<id.index + 1).first
        {
            (root, point) = (origin, found)
        }
        for later in superseding(root).reversed() where later < limit && later > id.job {
            if let task = task(doing: point...point, in: later) { return task }
        }
        return id
    }

    /// Whether a job before `limit` does tasks of this group again.
    func isDoneAgain(_ group: Int32, before limit: JobID) -> Bool {
        let (job, record) = (groups[group].job, groups[group])
        guard record.count > 0 else { return false }
        let root = jobs[job].header.supersedes ?? jobs[job].id
        let points = pointsDone(by: group)
        let first = points.first ?? record.base
        let last = points.last ?? record.base + record.count - 1
        return superseding(root).contains { later in
            later > jobs[job].id && later < limit && task(doing: first...last, in: later) != nil
        }
    }

    /// The first task of a superseding job that does one of these points again. Its points rise from group
    /// to group and in each of them.
    private func task(doing wanted: ClosedRange<UInt32>, in id: JobID) -> TaskID? {
        guard let job = jobIndex[id.raw] else { return nil }
        let all = jobs[job].groups
        let place = lowerBound(all.count) { pointsDone(by: all[$0]).last ?? 0 < wanted.lowerBound }
        guard place < all.count else { return nil }
        let points = pointsDone(by: all[place])
        let offset = lowerBound(points.count) { points[$0] < wanted.lowerBound }
        guard offset < points.count, wanted.contains(points[offset]) else { return nil }
        return TaskID(id, groups[all[place]].base + UInt32(offset))
    }

    /// The first of `count` places that does not lie before what is looked for.
    private func lowerBound(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The same as `states(of:)` with what later jobs have made of these tasks: the newest end, and 0 for
    /// what is being done again. O(tasks + tasks done again).
    public func newestStates(of id: JobID) -> [UInt8]? {
        guard var states = states(of: id) else { return nil }
        for later in superseding(id) {
            guard let job = jobIndex[later.raw] else { continue }
            for group in jobs[job].groups {
                for (offset, point) in pointsDone(by: group).enumerated() where Int(point) < states.count {
                    let state = groups[group].states.isEmpty ? 0 : groups[group].states[offset]
                    states[Int(point)] = state >= TaskState.succeeded.rawValue ? state : 0
                }
            }
        }
        return states
    }

    /// The indices in the original job of a superseding job's tasks.
    public func points(of id: JobID, in range: Range<UInt32>) -> [UInt32] {
        guard let job = jobIndex[id.raw] else { return [] }
        return range.compactMap { index in
            guard let group = group(of: index, in: job) else { return nil }
            let points = pointsDone(by: group)
            return points.isEmpty ? nil : points[Int(index - groups[group].base)]
        }
    }

    /// For each group of a job: the ancestor for whose sake its tasks could not run, if that is so.
    public func impossibleRoots(of id: JobID) -> [TaskID?] {
        guard let job = jobIndex[id.raw] else { return [] }
        return jobs[job].groups.map { groups[$0].impossibleRoot }
    }
}
