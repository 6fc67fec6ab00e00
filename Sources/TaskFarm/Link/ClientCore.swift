import FarmTransport

/// The client's part of the loop's thread: the node, and who waits for what of it. Confined to that thread.
///
/// Submissions are held strongly until they are whole, so that a handle may be dropped; logs weakly after
/// that, so that dropping the last handle ends the subscription.
final class ClientCore: PeerNode {
    struct WeakSink {
        weak var sink: (any JobSink)?
    }

    let status: Watched<LinkStatus>
    private(set) var node: ClientNode!
    /// Time of the present call.
    var now = Instant.zero

    /// Submissions of which not all parts are accepted.
    var submissions: [UniqueKey: any JobSink] = [:]
    /// Submissions that nobody wants any more: cancelled as soon as their job is known.
    var abandoned: Set<UniqueKey> = []
    var followers: [UInt32: [WeakSink]] = [:]
    var replies: [UInt64: PendingReply] = [:]
    /// Jobs whose controller has restarted, by the query that asks whether it still has them.
    var checks: [UInt64: JobID] = [:]
    /// The controller's incarnation; nil before the first welcome.
    var epoch: UInt32?
    private var isOver = false

    init(key: UniqueKey, sink: any FrameSink, status: Watched<LinkStatus>) {
        self.status = status
        node = ClientNode(key: key, sink: sink, delegate: self)
    }

    // MARK: What clients ask for

    /// Begins a submission; its parts are fetched from the sink.
    func submit(_ key: UniqueKey, _ sink: any JobSink, at now: Instant) {
        self.now = now
        submissions[key] = sink
        pump(key, sink)
    }

    /// The sink has another part.
    func pump(_ key: UniqueKey, at now: Instant) {
        self.now = now
        if let sink = submissions[key] { pump(key, sink) }
    }

    func pump(_ key: UniqueKey, _ sink: any JobSink) {
        while node.canSubmit, let part = sink.nextPart() {
            switch node.submit(part, at: now) {
            case .queued: continue
            case .over:
                submissions[key] = nil
                return sink.failed(TaskClientError(.refused, "the submission is over: nothing can be added"))
            case .tooLarge(let limit):
                abandon(key, nil, at: now)
                return sink.failed(
                    TaskClientError(
                        .overLimit,
                        "one task's input, or a template, makes a message of over \(limit) bytes, "
                            + "the most that the farm "
                            + "takes; pass a file's path instead"))
            }
        }
    }

    /// Nobody wants the submission's job any more: closes it and cancels what has not ended.
    func abandon(_ key: UniqueKey, _ job: JobID?, at now: Instant) {
        self.now = now
        if submissions.removeValue(forKey: key) != nil {
            // Closes the stream; `over` if its last part is on its way already.
            _ = node.submit(SubmissionPart(key: key, part: 0, isLast: true, header: nil), at: now)
            if job == nil { abandoned.insert(key) }
        }
        if let job { dismiss(job) }
    }

    func dismiss(_ job: JobID) {
        followers[job.raw] = nil
        node.unsubscribe(job, at: now)
        _ = node.cancel([CancelMessage.TaskRange(job: job)], at: now)
    }

    /// Sends `sink` the job's log from the cursor that it wants. Others that follow the job see entries again
    /// and pass over them.
    func follow(_ job: JobID, _ sink: any JobSink, at now: Instant) {
        self.now = now
        followers[job.raw, default: []].append(WeakSink(sink: sink))
        node.subscribe(job, from: sink.nextCursor, at: now)
    }

    /// A sink of the job is gone.
    func unfollow(_ job: JobID, at now: Instant) {
        self.now = now
        followers[job.raw]?.removeAll { $0.sink == nil }
        guard followers[job.raw]?.isEmpty == true else { return }
        followers[job.raw] = nil
        node.unsubscribe(job, at: now)
    }

    func query(_ json: [UInt8], _ reply: PendingReply, at now: Instant) {
        self.now = now
        replies[node.query(json, at: now)] = reply
    }

    func cancel(_ ranges: [CancelMessage.TaskRange], _ reply: PendingReply, at now: Instant) {
        self.now = now
        replies[node.cancel(ranges, at: now)] = reply
    }

    func close(at now: Instant) {
        fail(.closed)
        node.close(at: now)
    }

    /// Tells all who wait that nothing more will come.
    private func fail(_ error: TaskClientError) {
        isOver = true
        for sink in submissions.values { sink.failed(error) }
        for list in followers.values { for entry in list { entry.sink?.failed(error) } }
        for reply in replies.values { reply.change { $0 = .failure(error) } }
        submissions = [:]
        followers = [:]
        replies = [:]
    }

    // MARK: PeerNode

    var grant: [UInt8] {
        get { node.grant }
        set { node.grant = newValue }
    }

    var nextTimer: Instant { node.nextTimer }

    func connected(at now: Instant) {
        self.now = now
        node.connected(at: now)
    }

    func disconnected(at now: Instant) {
        self.now = now
        node.disconnected(at: now)
    }

    func receive(kind: MessageKind, body: UnsafeRawBufferPointer, at now: Instant) {
        self.now = now
        node.receive(kind: kind, body: body, at: now)
    }

    func receive(kind: MessageKind, whole body: [UInt8], at now: Instant) {
        self.now = now
        node.receive(kind: kind, whole: body, at: now)
    }

    func tick(at now: Instant) { node.tick(at: now) }

    func endTurn(at now: Instant) {
        node.endTurn(at: now)
        if !isOver, let error = status.read({ $0.error }) { fail(error) }
    }
}
