// Other jobs to wait for or to follow, by what they are called.
extension TaskClient {
    /// All jobs of a name that the controller remembers, oldest first. Jobs that do tasks of another again
    /// (``retry(_:failedOnly:dependents:)``) are no runs of their own, and left out.
    public func jobs(named name: String) async throws(TaskClientError) -> [JobStatus] {
        try await runs { $0.name == name }
    }

    /// All jobs that carry all of these labels, oldest first, without those that do tasks of another again.
    public func jobs(labelled labels: [String: String]) async throws(TaskClientError) -> [JobStatus] {
        try await runs { job in labels.allSatisfy { job.labels[$0.key] == $0.value } }
    }

    private func runs(_ isWanted: (JobStatus) -> Bool) async throws(TaskClientError) -> [JobStatus] {
        let all = try await jobs()
        let known = Set(all.map(\.id))
        return all.filter { job in
            isWanted(job) && !(job.supersedes.map { known.contains($0) } ?? false)
        }
    }
}

extension Dependency {
    /// Waits for whole jobs.
    public init(_ jobs: [JobStatus], quorum: Quorum = .all, when: When = .succeeded) {
        self.init(jobs.map { .job($0.id) }, quorum: quorum, when: when)
    }
}

extension TaskSelection {
    /// Tasks that a dependency may be told one by one.
    private static let mostSources = 65_536

    /// What waits for these tasks names them by.
    ///
    /// - Throws: ``TaskClientError`` with `overLimit` for more than 65,536 tasks that are not a whole job,
    ///   `badInput` for none.
    public func sources() throws(TaskClientError) -> [Dependency.Source] {
        guard let count else {
            if first == 0 { return [.job(job)] }
            throw TaskClientError(.badInput, "\(self) has no end; name the whole job, or the last task")
        }
        guard count > 0 else { throw TaskClientError(.badInput, "\(self) has no tasks") }
        guard count <= Self.mostSources, first + count <= Int(UInt32.max) else {
            throw TaskClientError(
                .overLimit,
                "\(self) has \(count) tasks; wait for the whole job, or for \(Self.mostSources) of them")
        }
        return (first..<first + count).map { .task(TaskID(job, UInt32($0))) }
    }
}
