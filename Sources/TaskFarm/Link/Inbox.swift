import FarmTransport

/// Where a job's entries wait for a program that reads each once; for a map also where its inputs wait to be
/// sent.
final class Inbox: JobSink {
    /// What all parts of a map's submission share.
    struct Plan: Sendable {
        var header: JobHeader
        var templates: [[UInt8]]
        var group: GroupSpec
        var limits: MapLimits
    }

    let link: FarmLink
    let key: UniqueKey
    let jobKey: String
    let plan: Plan?
    let state: Watched<InboxState>

    /// `plan` and `key` for a map; without them the inbox only reads, from `cursor` on.
    init(
        _ link: FarmLink, key: UniqueKey?, jobKey: String? = nil, plan: Plan? = nil, cursor: UInt64 = 0
    ) {
        self.link = link
        self.jobKey = jobKey ?? key?.description ?? ""
        self.key = key ?? UniqueKey(high: 0, low: 0)
        self.plan = plan
        var start = InboxState()
        start.nextCursor = cursor
        state = Watched(start)
    }

    deinit {
        guard let job = state.read({ $0.job }) else { return }
        link.tell { core, now in core.unfollow(job, at: now) }
    }

    // MARK: JobSink

    var nextCursor: UInt64 { state.read { $0.nextCursor } }

    func nextPart() -> SubmissionPart? {
        guard let plan else { return nil }
        return state.change { state in
            state.isKicked = false
            guard state.isPartDue else { return nil }
            let isFirst = state.takenCount == 0
            let block = state.takeBlock()
            state.isClosed = state.isInputEnded && state.waitingBlocks == 0
            var groups: [GroupSpec] = []
            if let block {
                var group = isFirst ? plan.group : GroupSpec(template: 0, count: 0, isContinuation: true)
                group.count = UInt32(block.count)
                group.payloads = block
                groups = [group]
            }
            return SubmissionPart(
                key: key, part: 0, isLast: state.isClosed, header: isFirst ? plan.header : nil,
                templates: isFirst ? plan.templates : [], groups: groups)
        }
    }

    func accepted(_ job: JobID, taskCount: UInt32, isWhole: Bool) {
        state.change { state in
            state.job = job
            state.unaccepted.removeAll { $0 <= Int(taskCount) }
        }
    }

    func failed(_ error: TaskClientError) { state.change { $0.failure = $0.failure ?? error } }

    func arrived(_ chunk: CompletionChunk) -> Int {
        state.change { state in
            let end = chunk.firstCursor + UInt64(chunk.count)
            // Entries that came before, because somebody else follows the job too.
            guard end > state.nextCursor else { return chunk.credit }
            state.nextCursor = end
            state.chunks.append(chunk)
            return 0
        }
    }

    // MARK: The program's side

    /// All that has come and was not taken.
    func take() -> [CompletionChunk] {
        state.read { state in
            var chunks: [CompletionChunk] = []
            swap(&chunks, &state.chunks)
            return chunks
        }
    }

    /// The program has read these, and with them the ends of so many tasks.
    func consumed(_ chunks: [CompletionChunk], ended: Int = 0) {
        if ended > 0 { state.change { $0.readCount += ended } }
        let credit = chunks.reduce(0) { $0 + $1.credit }
        if credit > 0 { link.tell { core, now in core.node.consume(credit, at: now) } }
    }

    /// Puts inputs in; they leave by themselves.
    func put(_ change: @Sendable (inout InboxState) -> Void) throws(TaskClientError) {
        let (isFirst, isKick, failure) = state.change { state -> (Bool, Bool, TaskClientError?) in
            change(&state)
            let isFirst = !state.hasBegun && state.appendedCount > 0
            if isFirst { state.hasBegun = true }
            return (isFirst, state.hasBegun && state.needsKick(), state.failure)
        }
        if let failure { throw failure }
        let key = key
        if isFirst {
            try link.perform { core, now in core.submit(key, self, at: now) }
        } else if isKick {
            try link.perform { core, now in core.pump(key, at: now) }
        }
    }

    /// Ends the job: what has not ended is cancelled.
    func abandon() {
        guard let job = state.read({ $0.hasBegun ? .some($0.job) : nil }) else { return }
        let key = key
        link.tell { core, now in core.abandon(key, job, at: now) }
    }
}
