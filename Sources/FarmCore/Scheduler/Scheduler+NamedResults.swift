// Tasks whose results others name: they are waited for until they have succeeded, and each is one task.
extension Scheduler {
    /// What is wrong with the results that a group takes; nil if nothing is. O(groups) for groups that take
    /// some.
    func problem(
        withResultsOf spec: GroupSpec, in parts: [[GroupSpec]], earlier: Int, own: JobID
    ) -> String? {
        for result in spec.policy.results {
            let isAwaited = spec.after.contains {
                $0.quorum == .all && $0.when == .succeeded && $0.sources.contains(result.source)
            }
            switch result.source {
            case .job(let id): return "takes the result of job \(id), which is not one task"
            case .task(let id):
                guard !isAwaited, position(of: newest(of: id))?.state != .succeeded else { continue }
                return "takes the result of task \(id), and does not wait for it to succeed"
            case .group(let number):
                guard isAwaited else {
                    return "takes the result of '\(result.name)', and does not wait for it to succeed"
                }
                let count = count(ofGroup: Int(number), in: parts, earlier: earlier, own: own)
                if count != 1 {
                    return "takes the result of '\(result.name)', which is \(count) tasks and not one"
                }
            }
        }
        return nil
    }

    private func count(ofGroup number: Int, in parts: [[GroupSpec]], earlier: Int, own: JobID) -> UInt32 {
        if number < earlier {
            return jobIndex[own.raw].map { groups[jobs[$0].groups[number]].count } ?? 0
        }
        var (last, count) = (earlier - 1, UInt32(0))
        for part in parts {
            for index in part.indices {
                if !part[index].isContinuation { last += 1 }
                if last == number { count += part[index].count }
                if last > number { return count }
            }
        }
        return count
    }

    /// Of each result that the group takes, the task: the newest that does its point. Those of tasks that are
    /// not known are left out.
    public func results(of group: Int32) -> [(name: String, task: TaskID)] {
        let job = groups[group].job
        return policies[groups[group].policy].results.compactMap { result in
            switch result.source {
            case .task(let id): return (result.name, newest(of: id, before: jobs[job].id))
            case .group(let number):
                guard Int(number) < jobs[job].groups.count else { return nil }
                let other = jobs[job].groups[Int(number)]
                return (result.name, TaskID(jobs[job].id, groups[other].base))
            case .job: return nil
            }
        }
    }
}
