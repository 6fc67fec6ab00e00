import FarmWire

// Completions are the job's outcome log itself, sent from where the client's cursor stands, as far as its
// credit goes. So a slow client costs no memory, and one that comes back misses and repeats nothing.
extension ControllerNode {
    /// One frame's worth.
    private static let messageBytes = (256 << 10) - CompletionsHeader.size

    func subscribe(_ session: SessionID, _ job: JobID, from cursor: UInt64) {
        guard let client = clients[session] else { return }
        guard
            client.subscriptions.count < settings.subscriptionsPerSession || client.subscriptions[job] != nil
        else {
            sink.mute(
                session, code: .overLimit,
                message:
                    "a session may follow \(settings.subscriptionsPerSession) jobs; unsubscribe from some")
            return
        }
        // Nothing would ever come of it.
        guard scheduler.summary(of: job) != nil else { return wait(.gone(session, job), job: job) }
        if clients[session]!.subscriptions.updateValue(cursor, forKey: job) == nil {
            subscribers[job, default: []].append(session)
        }
        pump(session, job)
    }

    func unsubscribe(_ session: SessionID, _ job: JobID) {
        clients[session]?.subscriptions[job] = nil
        drop(session, from: job)
    }

    func drop(_ session: SessionID, from job: JobID) {
        subscribers[job]?.removeAll { $0 == session }
        if subscribers[job]?.isEmpty == true { subscribers[job] = nil }
    }

    func consumed(_ session: SessionID, total: UInt64) {
        guard var client = clients[session] else { return }
        client.consumed = max(client.consumed, min(total, client.sent))
        var taken: [JobID: UInt64] = [:]
        while client.underWayHead < client.underWay.count,
            client.underWay[client.underWayHead].upTo <= client.consumed
        {
            taken[client.underWay[client.underWayHead].job] = client.underWay[client.underWayHead].cursor
            client.underWayHead += 1
        }
        if client.underWayHead > 256 {
            client.underWay.removeFirst(client.underWayHead)
            client.underWayHead = 0
        }
        clients[session] = client
        for (job, cursor) in taken { trim(job, before: cursor, takenBy: client.key) }
        // In a fixed order, so that a simulation can be run again.
        for job in client.subscriptions.keys.sorted() { pump(session, job) }
    }

    /// An endless stream must not fill memory: what its own client has taken goes when there is much of it.
    private func trim(_ job: JobID, before cursor: UInt64, takenBy key: UniqueKey) {
        guard let known = jobs[job.raw], known.isStreaming, known.client == key,
            ledger.outcomeBytes(of: job) > settings.streamLimitBytes
        else { return }
        ledger.trim(job, before: cursor)
    }

    /// Sends the session what is safe of the job's log, as far as its credit goes.
    private func pump(_ session: SessionID, _ job: JobID) {
        while let client = clients[session], let cursor = client.subscriptions[job],
            client.sent - client.consumed < settings.windowBytes
        {
            message.removeAll(keepingCapacity: true)
            var outcome = SendOutcome.sent
            var bytes = 0
            let next = ledger.outcomes(of: job, from: cursor, limitBytes: Self.messageBytes) {
                entries, count, first in
                CompletionsHeader(job: job, count: UInt32(count), firstCursor: first).encode(into: &message)
                bytes = message.count + entries.count
                guard entries.count <= Self.messageBytes else {
                    // One with a large value goes from where it lies.
                    outcome = message.withUnsafeBytes {
                        sink.send(session, .completions, head: $0, body: entries)
                    }
                    return
                }
                message.append(contentsOf: entries)
                outcome = message.withUnsafeBytes { sink.send(session, .completions, body: $0) }
            }
            guard next > cursor else { return }
            let sent = client.sent + UInt64(bytes)
            clients[session]?.subscriptions[job] = next
            clients[session]?.sent = sent
            clients[session]?.underWay.append((upTo: sent, job: job, cursor: next))
            if outcome == .unreachable { return }
        }
    }

    /// Closes the commit chunk, if anything was written, and gives what waits for it its number.
    func commit() {
        flushLog()
        if hasUncommitted { newestChunk = ledger.commit() }
        hasUncommitted = false
        let chunk = newestChunk
        for index in joining.indices where joining[index].chunk == 0 { joining[index].chunk = chunk }
        for index in securing.indices where securing[index].chunk == 0 { securing[index].chunk = chunk }
        var index = pending.count - 1
        while index >= pendingHead, pending[index].chunk == 0 {
            pending[index].chunk = chunk
            index -= 1
        }
        // Jobs in the order of their numbers, so that a simulation can be run again.
        for job in dirtyJobs.sorted() {
            let release = PendingRelease(chunk: chunk, message: .completions(job))
            if jobs[job.raw]?.isDurable == false {
                unwaiting.append(release)
            } else {
                pending.append(release)
            }
        }
        dirtyJobs.removeAll(keepingCapacity: true)
        for (session, batch, bytes) in recorded {
            pending.append(
                PendingRelease(chunk: chunk, message: .recorded(session, batch: batch, bytes: bytes)))
        }
        recorded.removeAll(keepingCapacity: true)
    }

    /// Lets go what the ledger has made safe. The shell calls it again when a commit has come through.
    public func release() {
        while let first = throttled.first, !isOverSoftLimit || first.until <= now {
            send(first.release)
            throttled.removeFirst()
        }
        while pendingHead < pending.count, pending[pendingHead].chunk <= ledger.committed {
            let release = pending[pendingHead]
            pendingHead += 1
            sendOrThrottle(release)
        }
        for release in unwaiting { sendOrThrottle(release) }
        unwaiting.removeAll(keepingCapacity: true)
        if pendingHead == pending.count {
            pending.removeAll(keepingCapacity: true)
            pendingHead = 0
        }
    }

    private func sendOrThrottle(_ release: PendingRelease) {
        if isThrottled(release) {
            throttled.append((now + settings.throttleNanoseconds, release))
        } else {
            send(release)
        }
    }

    /// Only streams are slowed down: nothing of a sealed submission runs, and frees room, before its last
    /// part is in. And not for ever: what has to end before there is room may be behind this very stream.
    private func isThrottled(_ release: PendingRelease) -> Bool {
        guard case .accepted(_, let message, _) = release.message else { return false }
        return isOverSoftLimit && jobs[message.job.raw]?.isStreaming == true
    }

    /// Too much of what streams brought, or of what came of it, is still here.
    private var isOverSoftLimit: Bool {
        payloads.bytes > settings.payloadSoftLimitBytes || ledger.outcomeBytes > settings.outcomeLimitBytes
    }

    private func send(_ release: PendingRelease) {
        switch release.message {
        case .accepted(let session, let message, let follows):
            send(session, .accepted, message)
            if follows { subscribe(session, message.job, from: 0) }
        case .refused(let session, let message): send(session, .refused, message)
        case .recorded(let session, let batch, let bytes): isRecorded(batch, bytes, of: session)
        case .reply(let session, let message): send(session, .reply, message)
        case .gone(let session, let job): send(session, .gone, JobMessage(job: job))
        case .completions(let job):
            for session in subscribers[job] ?? [] { pump(session, job) }
        }
    }
}
