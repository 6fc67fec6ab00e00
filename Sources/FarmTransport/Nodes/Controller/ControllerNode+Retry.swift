import FarmWire

extension ControllerNode {
    /// Makes a job that does tasks of another one again, with all their options; its tasks supersede the old
    /// ones. What is done again once more is always taken from the first job.
    public func retry(
        _ request: RetryRequest, owner: String, priorityCap: Int32
    ) -> Result<JobID, RetryRefusal> {
        if let known = scheduler.job(withKey: request.key) {
            hasUncommitted = true  // The answer waits for the job to be safe, as the first one does.
            return .success(known)
        }
        guard let asked = scheduler.summary(of: request.job) else {
            return .failure(RetryRefusal(.unknown, "there is no job \(request.job), or it was purged"))
        }
        let root = asked.supersedes ?? asked.id
        guard let states = scheduler.newestStates(of: root) else {
            return .failure(
                RetryRefusal(.unknown, "job \(root), of which job \(asked.id) does tasks again, was purged"))
        }
        var wanted = request.range ?? 0..<asked.taskCount
        wanted = wanted.clamped(to: 0..<asked.taskCount)
        var points = asked.supersedes == nil ? Array(wanted) : scheduler.points(of: asked.id, in: wanted)
        if request.failedOnly {
            points.removeAll { states[Int($0)] != 0 && !Self.failed.contains(states[Int($0)]) }
        }
        let unfinished = points.filter { states[Int($0)] == 0 }.map { TaskID(root, $0) }
        if let first = unfinished.first, !request.failedOnly {
            return .failure(RetryRefusal(.unfinished, words(unfinished: first)))
        }
        points.removeAll { states[Int($0)] == 0 }
        if request.dependents { points += dependents(of: points, root, states) }
        guard !points.isEmpty else {
            let again = unfinished.first { scheduler.newest(of: $0) != $0 }
            let reason = again.map { words(unfinished: $0) } ?? "no such task has failed"
            return .failure(
                RetryRefusal(.nothing, "nothing of job \(request.job) is to be done again: \(reason)"))
        }
        guard let builder = builder(root, states) else {
            return .failure(
                RetryRefusal(
                    .noLedger,
                    "the submission of job \(root) is not kept (--durability none, or durable: false), or cannot be read at"
                        + " the moment; submit it again"))
        }
        let parts = builder.parts(points.sorted(), key: request.key, root: root)
        let bytes = parts.reduce(0) { sum, part in
            sum + part.groups.reduce(0) { $0 + $1.payloads.bytes.count }
                + part.templates.reduce(0) { $0 + $1.count }
        }
        guard payloads.bytes + templateBytes + bytes <= settings.payloadHardLimitBytes else {
            return .failure(
                RetryRefusal(
                    .refused,
                    "payloads of unfinished tasks would pass \(settings.payloadHardLimitBytes) bytes; retry fewer at a"
                        + " time, as in \(root).0-999"))
        }
        var made: JobID?
        for part in parts {
            switch submit(part, owner: owner, priorityCap: priorityCap) {
            case .success(let job): made = job
            case .failure(let refusal):
                handle(.abandon(request.key))
                return .failure(RetryRefusal(.refused, refusal.message))
            }
        }
        return made.map { .success($0) } ?? .failure(RetryRefusal(.nothing, "nothing is to be done again"))
    }

    /// Of a point that is being done again, the task that does it is what can be waited for.
    private func words(unfinished old: TaskID) -> String {
        let task = scheduler.newest(of: old)
        let what = task == old ? "task \(old) has" : "task \(old) is being done again by \(task), which has"
        return
            "\(what) not ended; wait for it (`tasks wait \(task.job)`) or cancel it (`tasks cancel \(task)`) first"
    }

    private static let failed: Set<UInt8> = [TaskState.failed.rawValue, TaskState.expired.rawValue]

    /// Tasks of the job that could not run because one of the points did not do well.
    private func dependents(of points: [UInt32], _ root: JobID, _ states: [UInt8]) -> [UInt32] {
        let causes = Set(points)
        var found: [UInt32] = []
        for (group, cause) in zip(scheduler.groupRanges(of: root), scheduler.impossibleRoots(of: root)) {
            guard let cause, cause.job == root, causes.contains(cause.index) else { continue }
            found += (group.base..<group.base + group.count).filter {
                states[Int($0)] == TaskState.impossible.rawValue && !causes.contains($0)
            }
        }
        return found
    }

    private func builder(_ root: JobID, _ states: [UInt8]) -> RetryBuilder? {
        var parts: [SubmissionPart] = []
        let isThere = ledger.submission(of: root) { _, message in
            if let part = try? SubmitMessage(decoding: message) { parts.append(part) }
        }
        return isThere ? RetryBuilder(parts, states) : nil
    }
}
