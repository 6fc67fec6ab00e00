import FarmTransport

/// A job that a client follows and keeps all outcomes of: what handles look into.
final class JobLog: JobSink {
    let link: FarmLink
    let key: UniqueKey
    let jobKey: String
    let state: Watched<JobLogState>

    /// A job of this client's own, whose parts are at hand.
    init(_ link: FarmLink, key: UniqueKey, name: String, parts: [SubmissionPart]) {
        self.link = link
        self.key = key
        jobKey = key.description
        var start = JobLogState()
        start.name = name
        start.parts = parts
        start.handIns = [JobLogState.HandIn(first: 0, at: link.clock.now)]
        state = Watched(start)
    }

    /// A job that is there already.
    init(_ link: FarmLink, _ job: JobStatus) {
        self.link = link
        key = UniqueKey(high: 0, low: 0)
        jobKey = job.key
        var start = JobLogState()
        start.job = job.id
        start.name = job.name
        start.isWhole = true
        start.acceptedCount = UInt32(clamping: job.taskCount)
        start.submittedAt = job.submittedAt
        state = Watched(start)
    }

    deinit {
        guard let job = state.read({ $0.job }) else { return }
        link.tell { core, now in core.unfollow(job, at: now) }
    }

    // MARK: JobSink

    var nextCursor: UInt64 { state.read { $0.cursor } }

    func nextPart() -> SubmissionPart? {
        state.change { state in
            guard state.nextPart < state.parts.count else { return nil }
            defer {
                state.nextPart += 1
                if state.nextPart == state.parts.count {
                    state.parts = []
                    state.nextPart = 0
                }
            }
            return state.parts[state.nextPart]
        }
    }

    func accepted(_ job: JobID, taskCount: UInt32, isWhole: Bool) {
        state.change { state in
            state.job = job
            state.acceptedCount = taskCount
            state.isWhole = isWhole
        }
    }

    func failed(_ error: TaskClientError) { state.change { $0.failure = $0.failure ?? error } }

    /// Kept for good, so that the window is free for what comes.
    func arrived(_ chunk: CompletionChunk) -> Int {
        state.change { $0.take(chunk) }
        return chunk.credit
    }

    // MARK: Waiting

    /// Waits until the state is as wanted.
    /// - Throws: why it will never be; `interrupted` if the Swift task was cancelled.
    func wait(until condition: @escaping @Sendable (JobLogState) -> Bool) async throws(TaskClientError) {
        await state.wait { condition($0) || $0.failure != nil }
        let error = state.read { state -> TaskClientError? in
            condition(state) ? nil : state.failure ?? .interrupted
        }
        if let error { throw error }
    }
}
