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

    /// Jobs that do tasks of this one again, oldest first. O(jobs log jobs).
    public func superseding(_ id: JobID) -> [JobID] {
        jobs.slots.filter { jobs[$0].header.supersedes == id }.map { jobs[$0].id }.sorted()
    }

    /// The same as `states(of:)` with what later jobs have made of these tasks: the newest end, and 0 for
    /// what is being done again. O(tasks + tasks done again).
    public func newestStates(of id: JobID) -> [UInt8]? {
        guard var states = states(of: id) else { return nil }
        for later in superseding(id) {
            guard let job = jobIndex[later.raw] else { continue }
            for group in jobs[job].groups {
                for (offset, point) in groups[group].spec.points.enumerated() where Int(point) < states.count
                {
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
            guard let group = group(of: index, in: job), !groups[group].spec.points.isEmpty else {
                return nil
            }
            return groups[group].spec.points[Int(index - groups[group].base)]
        }
    }

    /// For each group of a job: the ancestor for whose sake its tasks could not run, if that is so.
    public func impossibleRoots(of id: JobID) -> [TaskID?] {
        guard let job = jobIndex[id.raw] else { return [] }
        return jobs[job].groups.map { groups[$0].impossibleRoot }
    }
}
