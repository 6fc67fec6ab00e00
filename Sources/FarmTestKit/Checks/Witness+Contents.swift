extension Witness {
    /// A task that was skipped has the value of one that has run and succeeded, of the same owner, and that
    /// depended on the same.
    func checkSkipped(
        _ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer, _ job: WitnessedJob, _ group: Int
    ) {
        guard job.groups[group].spec.policy.skipsUnchanged, entry.state == .succeeded else {
            return fault("task \(entry.task) was skipped, and never said that it may be")
        }
        if entry.startedAt != .zero { fault("task \(entry.task) was skipped, and began") }
        guard let sections = try? AttemptPayload(decoding: payload), let source = sections.source else {
            return fault("task \(entry.task) was skipped, and nobody knows for which")
        }
        // Its own job is being looked at.
        let other = source.job == job.id ? job : jobs[source.job.raw]
        guard let other, other.state(source.index) == .succeeded,
            let otherGroup = other.group(of: source.index)
        else { return fault("task \(entry.task) was skipped for \(source), which has not succeeded") }
        if owners[job.id.raw] != owners[source.job.raw] {
            fault("task \(entry.task) was skipped for \(source), which is another owner's")
        }
        let key = contentKey(of: entry.task, job, group)
        if key == nil || key != contentKey(of: source, other, otherGroup) || key != sections.content?.key {
            fault("task \(entry.task) was skipped for \(source), which depended on something else")
        }
        let input = expectedPayload(other, otherGroup, source.index)
        let isRight = (dispatches[source] ?? []).contains {
            sections.value?.bytes == Answer.value($0.name, input)
        }
        if !isRight { fault("task \(entry.task) has not the value of \(source), for which it was skipped") }
    }

    private func contentKey(of task: TaskID, _ job: WitnessedJob, _ group: Int) -> ContentKey? {
        let template = Int(job.groups[group].spec.template)
        guard template < job.templates.count else { return nil }
        return Behaviour(job.templates[template])?.contentKey(of: task)
    }
}
