// What a submission must be like to be taken. It is refused whole, before anything of it is queued.
extension Scheduler {
    /// What is wrong with the parts that are to be entered now, looked at together.
    func problem(of parts: [(SubmissionPart, [BlockRef])], in job: Int32) -> SubmissionRefusal? {
        let earlier = jobs[job].groups.count
        let templates = Int(jobs[job].templateCount) + parts.reduce(0) { $0 + $1.0.templates.count }
        let specs = parts.flatMap { $0.0.groups }
        let last = jobs[job].groups.last
        let hasPayloads = last.flatMap { groups[$0].count == 0 ? nil : !groups[$0].blocks.isEmpty }
        if let found = firstProblem(
            in: specs, templates: templates, earlier: earlier, own: jobs[job].id, hasPayloads: hasPayloads,
            streaming: jobs[job].header.isStreaming, complete: true, durable: jobs[job].header.isDurable,
            hasPoints: last.map { !groups[$0].spec.points.isEmpty } ?? false)
        {
            return found
        }
        var tasks = UInt64(jobs[job].taskCount)
        for spec in specs {
            tasks += UInt64(spec.count)
            if tasks >= UInt64(UInt32.max) {
                return SubmissionRefusal(
                    .limit, "a job holds at most \(UInt32.max - 1) tasks; split the submission")
            }
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

    /// `earlier` groups are in the job already. A continuation takes no number of its own.
    func firstProblem(
        in groups: [GroupSpec], templates: Int, earlier: Int, own: JobID, hasPayloads: Bool?, streaming: Bool,
        complete: Bool, durable: Bool, hasPoints: Bool = false
    ) -> SubmissionRefusal? {
        let fresh = groups.filter { !$0.isContinuation }
        var hasPayloads = hasPayloads
        var hasPoints = hasPoints
        var number = earlier
        for group in groups {
            let what = group.name.isEmpty ? "group \(number)" : "task '\(group.name)'"
            if !group.payloads.ends.isEmpty, group.payloads.ends.count != Int(group.count) {
                return SubmissionRefusal(
                    .badSubmission,
                    "\(what) has \(group.count) tasks but \(group.payloads.ends.count) payloads")
            }
            if group.isContinuation, hasPoints {
                return SubmissionRefusal(
                    .badSubmission, "\(what) continues tasks that do others again; give it a group of its own"
                )
            }
            if !group.isContinuation { hasPoints = !group.points.isEmpty }
            if group.isContinuation {
                guard group.points.isEmpty else {
                    return SubmissionRefusal(
                        .badSubmission, "\(what) continues a group, with points of its own")
                }
                if complete, number == 0 {
                    return SubmissionRefusal(
                        .badSubmission, "\(what) continues a group, but there is none before it")
                }
                if group.count > 0, let before = hasPayloads, before == group.payloads.ends.isEmpty {
                    return SubmissionRefusal(
                        .badSubmission,
                        "\(what) continues tasks \(before ? "with" : "without") payloads otherwise")
                }
                if group.count > 0 { hasPayloads = !group.payloads.ends.isEmpty }
                continue
            }
            hasPayloads = group.count > 0 ? !group.payloads.ends.isEmpty : nil
            if let problem = group.policy.problem(templates: complete ? templates : nil) {
                return SubmissionRefusal(.badSubmission, "\(what) \(problem)")
            }
            if group.policy.needs.cpus > settings.maximumCPUs {
                return SubmissionRefusal(
                    .badSubmission,
                    "\(what) needs \(group.policy.needs.cpus) CPUs; at most \(settings.maximumCPUs) can be asked for"
                )
            }
            for need in group.policy.needs.named {
                guard !isRecovering, let limit = settings.limits.first(where: { $0.name == need.name }),
                    need.amount > limit.amount / UInt64(max(1, group.policy.collective ?? 1))
                else { continue }
                let each = group.policy.collective == nil ? "" : " for each rank"
                return SubmissionRefusal(
                    .badSubmission,
                    "\(what) needs \(need.amount)\(each) of '\(need.name)', and the whole farm has \(limit.amount)"
                )
            }
            if complete, Int(group.template) >= templates {
                return SubmissionRefusal(
                    .badSubmission, "\(what) names template \(group.template) of \(templates)")
            }
            for dependency in group.after + followed(by: group) {
                if let found = problem(
                    with: dependency, of: what, number: number,
                    known: complete ? earlier + fresh.count : .max,
                    own: own, streaming: streaming, durable: durable)
                {
                    return found
                }
            }
            number += 1
        }
        return complete && !streaming ? cycle(in: fresh, earlier: earlier) : nil
    }

    private func problem(
        with dependency: Dependency, of what: String, number: Int, known: Int, own: JobID, streaming: Bool,
        durable: Bool
    ) -> SubmissionRefusal? {
        if dependency.sources.isEmpty {
            return SubmissionRefusal(.badSubmission, "\(what) waits for nothing: its 'after' names no task")
        }
        for source in dependency.sources {
            switch source {
            case .group(let other):
                if Int(other) == number { return SubmissionRefusal(.cycle, "\(what) waits for itself") }
                if Int(other) >= known || (streaming && Int(other) > number) {
                    return SubmissionRefusal(
                        .unknownDependency, "\(what) waits for group \(other), which is not there")
                }
            case .task(let id):
                // A recovery finds ended jobs forgotten that were there when this one was accepted.
                guard !isRecovering else { continue }
                guard id.job < own, let job = jobIndex[id.job.raw], id.index < jobs[job].taskCount else {
                    return SubmissionRefusal(
                        .unknownDependency, "\(what) waits for task \(id), which is not known")
                }
                if durable, !jobs[job].header.isDurable { return lessDurable(id.job, what) }
            case .job(let id):
                guard !isRecovering else { continue }
                guard id != own else {
                    return SubmissionRefusal(.cycle, "\(what) waits for its own job \(id)")
                }
                guard id < own, let job = jobIndex[id.raw] else {
                    return SubmissionRefusal(
                        .unknownDependency, "\(what) waits for job \(id), which is not known")
                }
                if durable, !jobs[job].header.isDurable { return lessDurable(id, what) }
            }
        }
        return nil
    }

    /// After a restart nobody would know what it waits for.
    private func lessDurable(_ job: JobID, _ what: String) -> SubmissionRefusal {
        SubmissionRefusal(
            .badSubmission,
            "\(what) waits for job \(job), which does not outlive the controller (durable: false); submit this"
                + " one so, too")
    }

    /// Kahn's algorithm over the groups of one submission.
    private func cycle(in groups: [GroupSpec], earlier: Int) -> SubmissionRefusal? {
        var waitsFor = groups.map { group in
            Set(
                (group.after + followed(by: group)).flatMap { dependency in
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
