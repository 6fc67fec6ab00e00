// Tasks whose results others name: they are waited for until they have succeeded, and each is one task.
extension Scheduler {
    /// What is wrong with the results that a group takes; nil if nothing is.
    ///
    /// - Parameter counts: tasks of each new group, behind `earlier` of the job; counted at the first need.
    func problem(
        withResultsOf spec: GroupSpec, in parts: [[GroupSpec]], earlier: Int, own: JobID,
        counts: inout [UInt32]?
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
                let count = count(
                    ofGroup: Int(number), in: parts, earlier: earlier, own: own, counts: &counts)
                if count != 1 {
                    return "takes the result of '\(result.name)', which is \(count) tasks and not one"
                }
            }
        }
        return nil
    }

    private func count(
        ofGroup number: Int, in parts: [[GroupSpec]], earlier: Int, own: JobID, counts: inout [UInt32]?
    ) -> UInt32 {
        if number < earlier, let job = jobIndex[own.raw] {
            return groups[jobs[job].groups[number]].count
        }
        if counts == nil { counts = Self.counts(of: parts) }
        let index = number - earlier
        return counts!.indices.contains(index) ? counts![index] : 0
    }

    /// Tasks of each group; what goes on a group before them is not counted.
    private static func counts(of parts: [[GroupSpec]]) -> [UInt32] {
        var counts: [UInt32] = []
        for part in parts {
            for index in part.indices {
                if !part[index].isContinuation {
                    counts.append(part[index].count)
                } else if !counts.isEmpty {
                    counts[counts.count - 1] += part[index].count
                }
            }
        }
        return counts
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
