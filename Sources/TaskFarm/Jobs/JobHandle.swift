import FarmTransport

/// A job that the client follows: its outcomes come in by themselves and are kept, as long as a handle is.
///
/// Costs what the outcomes hold, about 100 bytes a task and its value and output. For results that are only
/// looked at once and let go, ``TaskClient/mapUnordered(_:_:options:)`` or ``TaskClient/outcomes(of:from:)``.
public struct JobHandle: Sendable, Identifiable {
    let log: JobLog
    /// The job's number.
    public let id: JobID

    init(_ log: JobLog, id: JobID) {
        self.log = log
        self.id = id
    }

    /// Its name; empty if it has none.
    public var name: String { log.state.read { $0.name } }
    /// What the submission was named by; zero for a job that was submitted by another client.
    public var key: UniqueKey { log.key }
    /// Tasks that the controller has accepted so far.
    public var taskCount: Int { log.state.read { Int($0.sealedCount ?? $0.acceptedCount) } }
    /// How many have ended, by state; the other states are 0. See ``TaskClient/jobs()`` for those.
    public var endedCounts: StateCounts { log.state.read { $0.ended } }
    /// How many of those that have succeeded were skipped, because nothing had changed since they last did.
    public var unchangedCount: Int { log.state.read { $0.unchangedCount } }
    /// Whether all of its tasks have ended.
    public var isEnded: Bool { log.state.read { $0.isEnded } }

    /// Waits until all tasks have ended, however: a barrier. That tasks failed is no error here.
    /// - Returns: how many ended in which state.
    /// - Throws: ``TaskClientError`` if the farm is lost for good, or `interrupted`.
    @discardableResult
    public func wait() async throws(TaskClientError) -> StateCounts {
        try await log.wait { $0.isEnded }
        return endedCounts
    }

    /// Waits until a task has ended otherwise than well, or all have succeeded.
    /// - Returns: the outcome of the first that did not succeed, in the order in which they ended; nil if all
    ///   did.
    /// - Throws: ``TaskClientError`` if the farm is lost for good, or `interrupted`.
    public func waitForFirstFailure() async throws(TaskClientError) -> TaskOutcome? {
        try await log.wait { $0.isEnded || $0.firstFailure != nil }
        return log.state.read { state in state.firstFailure.flatMap { state.outcome(of: $0) } }
    }

    /// What became of a task, without waiting; nil while it has not ended, or if there is none with this
    /// index.
    public func outcome(of index: Int) -> TaskOutcome? {
        UInt32(exactly: index).flatMap { index in log.state.read { $0.outcome(of: index) } }
    }

    /// The attempts at a task that has not ended, but the one that is under way; of one that has, all but the
    /// last. A round trip.
    /// - Throws: ``TaskClientError`` as ``wait()``.
    public func earlierAttempts(ofTask index: Int) async throws(TaskClientError) -> [AttemptRecord] {
        guard let wanted = UInt32(exactly: index) else { return [] }
        let status: JobStatus = try await log.link.query(JobQuery(job: id.raw))
        try await log.wait { $0.cursor >= status.entryCount }
        return log.state.read { $0.history(of: wanted) }
    }

    /// Waits until the task has ended.
    /// - Throws: ``TaskClientError``: `unknown` if the job has no such task, or as ``wait()``.
    public func outcome(ofTask index: Int) async throws(TaskClientError) -> TaskOutcome {
        if let wanted = UInt32(exactly: index) {
            try await log.wait { $0.hasEnded(wanted) || $0.isEnded }
            if let outcome = outcome(of: index) { return outcome }
        }
        throw TaskClientError(.unknown, "job \(id) has no task \(index): it has \(taskCount)")
    }

    /// Waits for all tasks, then gives their outcomes by index. Allocates for each.
    /// - Throws: as ``wait()``.
    public func outcomes() async throws(TaskClientError) -> [TaskOutcome] {
        try await wait()
        return endedOutcomes
    }

    /// The outcomes of the tasks that have ended so far, by index.
    public var endedOutcomes: [TaskOutcome] {
        log.state.read { state in
            let count = state.sealedCount ?? max(state.acceptedCount, UInt32(state.places.count))
            return (0..<count).compactMap { state.outcome(of: $0) }
        }
    }

    /// When its tasks ran, as far as they have ended; nil while none has.
    public var times: JobTimes? {
        log.state.read { state in
            guard state.ended.total > 0 else { return nil }
            let first = state.computedCount > 0 ? state.firstStartedAt : nil
            let handedIn = state.handIns.first?.at ?? state.submittedAt ?? .never
            return JobTimes(
                submittedAt: min(handedIn, first ?? .never, state.lastEndedAt), firstStartedAt: first,
                lastEndedAt: state.lastEndedAt, receivedAt: max(state.lastReceivedAt, state.lastEndedAt),
                serial: .nanoseconds(state.serialNanoseconds), computedCount: state.computedCount)
        }
    }

    /// Cancels tasks of the job; all of them if `range` is nil, those too that may still come.
    /// - Returns: how many were ended by it, and how many will be.
    /// - Throws: ``TaskClientError`` as ``TaskClient/cancel(_:)``.
    @discardableResult
    public func cancel(_ range: Range<Int>? = nil) async throws(TaskClientError) -> CancelReport {
        let selection = range.map { TaskSelection(job: id, first: $0.lowerBound, count: $0.count) }
        return try await log.link.cancel([selection ?? TaskSelection(job: id)])
    }
}
