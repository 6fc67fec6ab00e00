import FarmTransport

extension TaskClient {
    /// Follows a job that is there already, of whichever client: its outcomes from the beginning are fetched
    /// and kept.
    ///
    /// - Throws: ``TaskClientError``: `unknown` if there is no such job, or it was purged.
    public func follow(_ job: JobID) async throws(TaskClientError) -> JobHandle {
        let found: JobStatus = try await link.query(JobQuery(job: job.raw))
        let log = JobLog(link, found)
        try link.perform { core, now in core.follow(job, log, at: now) }
        return JobHandle(log, id: job)
    }

    /// Waits until all tasks of all these jobs have ended. That tasks failed is no error here.
    ///
    /// - Throws: ``TaskClientError`` if the farm is lost for good, or `interrupted`.
    public func barrier(_ jobs: [JobHandle]) async throws(TaskClientError) {
        for job in jobs { try await job.wait() }
    }

    /// What became of a task of any job, without waiting for its end; nil while it has not ended.
    ///
    /// A round trip. Of a task that has ended the job's outcomes are read up to its own: keep a handle, or
    /// use ``outcomes(of:from:)``, for many.
    /// - Throws: ``TaskClientError``: `unknown` if there is no such task, or its job was purged.
    public func outcome(of task: TaskID) async throws(TaskClientError) -> TaskOutcome? {
        guard let status = try await taskStatus([task]).first else {
            throw TaskClientError(.unknown, "there is no task \(task)")
        }
        guard status.state.isTerminal else { return nil }
        let job = try await follow(task.job)
        // A controller that says that it has ended has it in its log, or has purged the job just now.
        return try await job.outcome(ofTask: Int(task.index))
    }

    /// What happens to the tasks of a job, in the order in which it happened, from any point of its log on:
    /// with bounded memory, since nothing is kept that was read, and no more sent than is read.
    ///
    /// - Parameter cursor: where to begin; one that an earlier sequence has stopped at, or the beginning.
    /// - Throws: ``TaskClientError``: `unknown` if there is no such job, or it was purged.
    public func outcomes(
        of job: JobID, from cursor: JobCursor = JobCursor()
    ) async throws(TaskClientError) -> JobEvents {
        let found: JobStatus = try await link.query(JobQuery(job: job.raw))
        let inbox = Inbox(link, key: nil, jobKey: found.key, cursor: cursor.position)
        inbox.state.change { $0.job = job }
        try link.perform { core, now in core.follow(job, inbox, at: now) }
        return JobEvents(inbox, cursor, submittedAt: found.submittedAt)
    }

    /// Cancels tasks and jobs. Tasks that wait end at once; those that are sent or run end when their engine
    /// has stopped them, or is lost. Repeated after a lost connection without doing it twice.
    ///
    /// - Returns: how many ended by it, how many will, and how many it found ended.
    /// - Throws: ``TaskClientError`` if nothing at all was to be cancelled: `alreadyEnded`,
    ///   `alreadyCancelled` or `unknown`.
    @discardableResult
    public func cancel(_ selections: [TaskSelection]) async throws(TaskClientError) -> CancelReport {
        try await link.cancel(selections)
    }

    /// Cancels a whole job, those of its tasks too that have not come yet.
    /// - Throws: as ``cancel(_:)``.
    @discardableResult
    public func cancel(_ job: JobID) async throws(TaskClientError) -> CancelReport {
        try await cancel([TaskSelection(job: job)])
    }

    /// Cancels one task.
    /// - Throws: as ``cancel(_:)``.
    @discardableResult
    public func cancel(_ task: TaskID) async throws(TaskClientError) -> CancelReport {
        try await cancel([TaskSelection(job: task.job, first: Int(task.index), count: 1)])
    }
}
