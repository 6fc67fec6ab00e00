import FarmTransport

extension TaskClient {
    /// Has tasks that have ended done again, by a job of their own with all their options. Its tasks
    /// supersede the old ones: results of the old job show the newest end of each.
    ///
    /// - Parameters:
    ///   - selector: as `resolve` takes it: `12`, `heat`, `12.3`, `last.1-99`.
    ///   - failedOnly: of these only the tasks that failed, or were not begun in time.
    ///   - dependents: also the tasks that could not run for their sake.
    /// - Returns: the new job.
    /// - Throws: ``TaskClientError``: `unknown`, `alreadyEnded` (nothing is to be done again), `unavailable`
    ///   (a task has not ended, or the controller keeps no ledger), `notPermitted`.
    public func retry(
        _ selector: String, failedOnly: Bool = false, dependents: Bool = false
    ) async throws(TaskClientError) -> JobHandle {
        var generator = SystemRandomNumberGenerator()
        // The key makes one job of it, however often a lost connection has it asked again.
        let key = UniqueKey(using: &generator)
        let reply: RetryReply = try await link.query(
            RetryQuery(
                selector: selector, failed: failedOnly, dependents: dependents, key: key.description))
        return try await follow(JobID(reply.job))
    }

    /// Drops all that is kept of a job that has ended.
    /// - Throws: ``TaskClientError``: `unknown`, `unavailable` (it has not ended, or others wait for it),
    ///   `notPermitted` (it is somebody else's).
    public func purge(_ job: JobID) async throws(TaskClientError) {
        let _: NoReply = try await link.query(PurgeQuery(job: job.raw))
    }
}

private struct RetryReply: Decodable {
    var job: UInt32
}
