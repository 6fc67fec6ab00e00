// What a submission must be like to be taken. It is refused whole, before anything of it is queued.
extension Scheduler {
    /// What is wrong with the parts that are to be entered now, looked at together. `isChecked`: the only one
    /// was looked at when it came.
    func problem(of parts: [(SubmissionPart, [BlockRef])], in job: Int32, isChecked: Bool)
        -> SubmissionRefusal?
    {
        let earlier = jobs[job].groups.count
        let templates = Int(jobs[job].templateCount) + parts.reduce(0) { $0 + $1.0.templates.count }
        let specs = parts.map(\.0.groups)
        let last = jobs[job].groups.last
        let hasPayloads = last.flatMap { groups[$0].count == 0 ? nil : !groups[$0].blocks.isEmpty }
        if !isChecked,
            let found = firstProblem(
                in: specs, templates: templates, earlier: earlier, own: jobs[job].id,
                hasPayloads: hasPayloads,
                streaming: jobs[job].header.isStreaming, complete: true, durable: jobs[job].header.isDurable,
                hasPoints: last.map { !pointsDone(by: $0).isEmpty } ?? false)
        {
            return found
        }
        if !jobs[job].header.brake.isNone,
            specs.contains(where: { $0.contains { !$0.policy.lane.isEmpty } })
        {
            return SubmissionRefusal(
                .badSubmission,
                "the job has brakes for all its tasks, and some are in a lane: a lane has none")
        }
        var tasks = UInt64(jobs[job].taskCount)
        for groups in specs {
            for index in groups.indices { tasks += UInt64(groups[index].count) }
        }
        guard tasks < UInt64(UInt32.max) else {
            return SubmissionRefusal(
                .limit, "a job holds at most \(UInt32.max - 1) tasks; split the submission")
        }
        let more = tasks - UInt64(jobs[job].taskCount)
        if !isRecovering, UInt64(unfinished) + more > UInt64(settings.maximumUnfinishedTasks) {
            return SubmissionRefusal(
                .limit,
                "\(unfinished) tasks are unfinished, and \(more) more would pass the controller's limit of"
                    + " \(settings.maximumUnfinishedTasks); submit again when some have ended")
        }
        return nil
    }

    /// `earlier` groups are in the job already. A continuation takes no number of its own. Groups are large
    /// and many: they are read where they lie, and a policy that is the one before needs no second look.
    func firstProblem(
        in parts: [[GroupSpec]], templates: Int, earlier: Int, own: JobID, hasPayloads: Bool?,
        streaming: Bool,
        complete: Bool, durable: Bool, hasPoints: Bool = false
    ) -> SubmissionRefusal? {
        var known = earlier
        for part in parts {
            for index in part.indices where !part[index].isContinuation { known += 1 }
        }
        var before = GroupsBefore(number: earlier, hasPayloads: hasPayloads, hasPoints: hasPoints)
        var pointsForward = false
        var askedLanes = AskedLanes()
        var counts: [UInt32]?
        /// `last`: the one before it in its part.
        func refusal(of spec: UnsafePointer<GroupSpec>, last: UnsafePointer<GroupSpec>?) -> SubmissionRefusal?
        {
            func refusal(_ problem: String, _ code: SubmissionRefusal.Code = .badSubmission)
                -> SubmissionRefusal
            {
                SubmissionRefusal(code, "\(Self.what(spec.pointee, before.number)) \(problem)")
            }
            if let problem = before.shapeProblem(
                count: spec.pointee.count, payloads: spec.pointee.payloads.ends.count,
                isContinuation: spec.pointee.isContinuation, hasPoints: !spec.pointee.points.isEmpty,
                complete: complete)
            {
                return refusal(problem)
            }
            if spec.pointee.isContinuation { return nil }
            // A continuation's own policy counts for nothing, and nobody has looked at it.
            let isLikeLast =
                last.map { !$0.pointee.isContinuation && $0.pointee.policy == spec.pointee.policy } ?? false
            if !isLikeLast,
                let problem = problem(with: spec.pointee.policy, templates: complete ? templates : nil)
            {
                return refusal(problem)
            }
            if !isRecovering, !spec.pointee.policy.lane.isEmpty,
                let problem = laneProblem(of: spec.pointee, &askedLanes)
            {
                return refusal(problem.message, problem.code)
            }
            if complete, Int(spec.pointee.template) >= templates {
                return refusal("names template \(spec.pointee.template) of \(templates)")
            }
            for dependency in dependencies(spec.pointee.after, spec.pointee.policy.follow) {
                if let (code, problem) = problem(
                    with: dependency, number: before.number, known: complete ? known : .max, own: own,
                    streaming: streaming, durable: durable)
                {
                    return refusal(problem, code)
                }
                pointsForward = pointsForward || dependency.pointsForward(from: before.number)
            }
            if !isRecovering, complete, !spec.pointee.policy.results.isEmpty,
                let problem = problem(
                    withResultsOf: spec.pointee, in: parts, earlier: earlier, own: own, counts: &counts)
            {
                return refusal(problem)
            }
            before.number += 1
            return nil
        }
        for part in parts {
            let found = part.withUnsafeBufferPointer { specs -> SubmissionRefusal? in
                guard let first = specs.baseAddress else { return nil }
                for index in specs.indices {
                    let found = refusal(of: first + index, last: index > 0 ? first + (index - 1) : nil)
                    if let found { return found }
                }
                return nil
            }
            if let found { return found }
        }
        guard complete, !streaming, pointsForward else { return nil }
        return cycle(in: parts.flatMap { $0.filter { !$0.isContinuation } }, earlier: earlier)
    }

    /// How errors call a group.
    private static func what(_ group: GroupSpec, _ number: Int) -> String {
        group.name.isEmpty ? "group \(number)" : "task '\(group.name)'"
    }

    /// What is wrong with a policy, also in view of this farm's settings.
    private func problem(with policy: TaskPolicy, templates: Int?) -> String? {
        if let problem = policy.problem(templates: templates) { return problem }
        if policy.needs.cpus > settings.maximumCPUs {
            return "needs \(policy.needs.cpus) CPUs; at most \(settings.maximumCPUs) can be asked for"
        }
        for need in policy.needs.named {
            guard !isRecovering, let limit = settings.limits.first(where: { $0.name == need.name }),
                need.amount > limit.amount / UInt64(max(1, policy.collective ?? 1))
            else { continue }
            let each = policy.collective == nil ? "" : " for each rank"
            return "needs \(need.amount)\(each) of '\(need.name)', and the whole farm has \(limit.amount)"
        }
        return nil
    }

    private func problem(
        with dependency: Dependency, number: Int, known: Int, own: JobID, streaming: Bool, durable: Bool
    ) -> (SubmissionRefusal.Code, String)? {
        if dependency.sources.isEmpty {
            return (.badSubmission, "waits for nothing: its 'after' names no task")
        }
        for source in dependency.sources {
            switch source {
            case .group(let other):
                if Int(other) == number { return (.cycle, "waits for itself") }
                if Int(other) >= known || (streaming && Int(other) > number) {
                    return (.unknownDependency, "waits for group \(other), which is not there")
                }
            case .task(let id):
                // A recovery finds ended jobs forgotten that were there when this one was accepted.
                guard !isRecovering else { continue }
                guard id.job < own, let job = jobIndex[id.job.raw], id.index < jobs[job].taskCount else {
                    return (.unknownDependency, "waits for task \(id), which is not known")
                }
                if durable, !jobs[job].header.isDurable { return (.badSubmission, lessDurable(id.job)) }
            case .job(let id):
                guard !isRecovering else { continue }
                guard id != own else { return (.cycle, "waits for its own job \(id)") }
                guard id < own, let job = jobIndex[id.raw] else {
                    return (.unknownDependency, "waits for job \(id), which is not known")
                }
                if durable, !jobs[job].header.isDurable { return (.badSubmission, lessDurable(id)) }
            }
        }
        return nil
    }

    /// After a restart nobody would know what it waits for.
    private func lessDurable(_ job: JobID) -> String {
        "waits for job \(job), which does not outlive the controller (durable: false); submit this one so, too"
    }

    /// Kahn's algorithm over the groups of one submission.
    private func cycle(in groups: [GroupSpec], earlier: Int) -> SubmissionRefusal? {
        var waitsFor = groups.map { group in
            Set(
                dependencies(group.after, group.policy.follow).flatMap { dependency in
                    dependency.sources.compactMap { source -> Int? in
                        guard case .group(let other) = source, Int(other) >= earlier else { return nil }
                        return Int(other) - earlier
                    }
                })
        }
        var dependents = [[Int]](repeating: [], count: groups.count)
        for (number, others) in waitsFor.enumerated() {
            for other in others where other < groups.count { dependents[other].append(number) }
        }
        var free = waitsFor.indices.filter { waitsFor[$0].isEmpty }
        var done = 0
        while let number = free.popLast() {
            done += 1
            for dependent in dependents[number] {
                waitsFor[dependent].remove(number)
                if waitsFor[dependent].isEmpty { free.append(dependent) }
            }
        }
        guard done < groups.count else { return nil }
        let stuck = waitsFor.indices.filter { !waitsFor[$0].isEmpty }.prefix(5)
        let names = stuck.map { groups[$0].name.isEmpty ? "group \($0)" : "'\(groups[$0].name)'" }
        return SubmissionRefusal(
            .cycle, "tasks wait for each other in a circle: \(names.joined(separator: ", "))")
    }
}

/// What of the groups before one decides whether that is well made.
private struct GroupsBefore {
    /// The next group's.
    var number: Int
    /// Of the last group, nil while it has no tasks.
    var hasPayloads: Bool?
    var hasPoints: Bool

    /// What is wrong with the next group's count, payloads and points; the group is one of those before then.
    mutating func shapeProblem(
        count: UInt32, payloads: Int, isContinuation: Bool, hasPoints itHasPoints: Bool, complete: Bool
    ) -> String? {
        if payloads > 0, payloads != Int(count) { return "has \(count) tasks but \(payloads) payloads" }
        guard isContinuation else {
            hasPoints = itHasPoints
            hasPayloads = count > 0 ? payloads > 0 : nil
            return nil
        }
        if hasPoints { return "continues tasks that do others again; give it a group of its own" }
        if itHasPoints { return "continues a group, with points of its own" }
        if complete, number == 0 { return "continues a group, but there is none before it" }
        guard count > 0 else { return nil }
        if let hasPayloads, hasPayloads == (payloads == 0) {
            return "continues tasks \(hasPayloads ? "with" : "without") payloads otherwise"
        }
        hasPayloads = payloads > 0
        return nil
    }
}

extension Dependency {
    /// Some group that it names comes after the one of this number: only then can there be a circle.
    fileprivate func pointsForward(from number: Int) -> Bool {
        sources.contains {
            if case .group(let other) = $0 { Int(other) > number } else { false }
        }
    }
}
