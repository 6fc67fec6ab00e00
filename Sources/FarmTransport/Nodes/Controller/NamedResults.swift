import FarmWire

/// What of other tasks the templates of a job name, and what those have left behind.
struct NamedResults {
    /// Groups of the job's own, of a task each.
    var groups: Set<UInt32> = []
    /// Tasks of jobs before it, as its submission names them.
    var tasks: Set<TaskID> = []
    /// Those of jobs before it were read from the ledger.
    var hasRead = false
    var kept: [TaskID: KeptResult] = [:]
}

/// What a task has left behind for others.
struct KeptResult {
    /// Sections of an `AttemptPayload`.
    var sections: [UInt8]
    /// Its value was too large to be kept.
    var isCut: Bool
}

// Values that templates name go with the templates, since a task is sent before its dependencies' ends are
// safe and could be asked for. Only those that somebody waits for are kept, until the job has ended.
extension ControllerNode {
    func noteResults(of part: SubmissionPart, job: JobID) {
        for group in part.groups where !group.isContinuation && !group.policy.results.isEmpty {
            for result in group.policy.results {
                switch result.source {
                case .group(let number): jobs[job.raw]?.results.groups.insert(number)
                case .task(let id): jobs[job.raw]?.results.tasks.insert(id)
                case .job: break
                }
            }
        }
    }

    /// A task has ended: keeps what it leaves behind if its job's templates name it.
    func keepResult(_ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer) {
        guard let results = jobs[entry.task.job.raw]?.results, !results.groups.isEmpty,
            entry.kind == .terminal, entry.state == .succeeded,
            let position = scheduler.position(of: entry.task), results.groups.contains(position.group)
        else { return }
        keepResult(entry.task, payload, for: entry.task.job)
    }

    private func keepResult(_ task: TaskID, _ payload: UnsafeRawBufferPointer, for job: JobID) {
        let (sections, isCut) = AttemptPayload.kept(of: payload, limit: NamedResult.mostBytes)
        jobs[job.raw]?.results.kept[task] = KeptResult(sections: sections, isCut: isCut)
        jobs[job.raw]?.bytes += sections.count
        templateBytes += sections.count
    }

    /// What the group's template names. The first time that a job asks for tasks of jobs before it, their
    /// logs are read: O(log).
    func results(for group: Int32, of job: JobID) -> [TaskResultEntry] {
        let wanted = scheduler.results(of: group)
        guard !wanted.isEmpty else { return [] }
        if jobs[job.raw]?.results.hasRead == false, wanted.contains(where: { $0.task.job != job }) {
            jobs[job.raw]!.results.hasRead = true
            readResults(for: job)
        }
        return wanted.map { name, task in
            let kept = jobs[job.raw]?.results.kept[task]
            return TaskResultEntry(
                name: name, task: task, isCut: kept?.isCut ?? false, sections: kept?.sections ?? [])
        }
    }

    private func readResults(for job: JobID) {
        let tasks = (jobs[job.raw]?.results.tasks ?? []).map { scheduler.newest(of: $0, before: job) }
        let wanted = Dictionary(grouping: tasks, by: \.job).mapValues { Set($0) }
        for (other, tasks) in wanted.sorted(by: { $0.key < $1.key }) {
            var (cursor, next): (UInt64, UInt64) = (0, 0)
            repeat {
                cursor = next
                next = ledger.outcomes(of: other, from: cursor, limitBytes: 1 << 20) { entries, _, _ in
                    var offset = 0
                    while let entry = try? CompletionEntry.next(in: entries, at: &offset) {
                        guard entry.header.kind == .terminal, tasks.contains(entry.header.task) else {
                            continue
                        }
                        keepResult(entry.header.task, entry.payload, for: job)
                    }
                }
            } while next > cursor
        }
    }

    /// The job has ended: nothing of it is sent any more.
    func forgetResults(of job: JobID) {
        guard let kept = jobs[job.raw]?.results.kept, !kept.isEmpty else { return }
        let bytes = kept.values.reduce(0) { $0 + $1.sections.count }
        jobs[job.raw]!.results.kept = [:]
        jobs[job.raw]!.bytes -= bytes
        templateBytes -= bytes
    }
}
