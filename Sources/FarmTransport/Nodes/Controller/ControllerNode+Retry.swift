import FarmWire

extension ControllerNode {
    /// Makes a job that does tasks of another one again, with all their options; its tasks supersede the old
    /// ones. What is done again once more is always taken from the first job.
    public func retry(
        _ request: RetryRequest, owner: String, priorityCap: Int32
    ) -> Result<JobID, RetryRefusal> {
        if let known = scheduler.job(withKey: request.key) { return .success(known) }
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
        if let unfinished = points.first(where: { states[Int($0)] == 0 }), !request.failedOnly {
            return .failure(
                RetryRefusal(
                    .unfinished,
                    "task \(TaskID(root, unfinished)) has not ended; wait for it or cancel it first"))
        }
        points.removeAll { states[Int($0)] == 0 }
        if request.dependents { points += dependents(of: points, root, states) }
        guard !points.isEmpty else {
            return .failure(
                RetryRefusal(
                    .nothing, "nothing of job \(request.job) is to be done again: no such task has failed"))
        }
        guard var builder = builder(root, states) else {
            return .failure(
                RetryRefusal(
                    .noLedger,
                    "the submission of job \(root) is not kept: this controller has no ledger (--durability none), or the job"
                        + " was submitted with durable: false; submit it again"))
        }
        let part = builder.part(points.sorted(), key: request.key, root: root)
        switch submit(part, owner: owner, priorityCap: priorityCap) {
        case .success(let job): return .success(job)
        case .failure(let refusal): return .failure(RetryRefusal(.refused, refusal.message))
        }
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
