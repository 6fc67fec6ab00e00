import FarmWire

// Completions are the job's outcome log itself, sent from where the client's cursor stands, as far as its credit
// goes. So a slow client costs no memory, and one that comes back misses and repeats nothing.
extension ControllerNode {
    /// One frame's worth.
    private static let messageBytes = (256 << 10) - CompletionsHeader.size

    func subscribe(_ session: SessionID, _ job: JobID, from cursor: UInt64) {
        guard clients[session] != nil else { return }
        if clients[session]!.subscriptions.updateValue(cursor, forKey: job) == nil {
            subscribers[job, default: []].append(session)
        }
        pump(session, job)
    }

    func unsubscribe(_ session: SessionID, _ job: JobID) {
        clients[session]?.subscriptions[job] = nil
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
        for job in client.subscriptions.keys { pump(session, job) }
    }

    /// An endless stream must not fill memory: what its own client has taken goes when there is much of it.
    private func trim(_ job: JobID, before cursor: UInt64, takenBy key: UniqueKey) {
        guard jobs[job.raw]?.isStreaming == true, ledger.outcomeBytes(of: job) > settings.streamLimitBytes
        else { return }
        ledger.trim(job, before: cursor)
    }

    /// Sends the session what is safe of the job's log, as far as its credit goes.
    private func pump(_ session: SessionID, _ job: JobID) {
        while let client = clients[session], let cursor = client.subscriptions[job],
            client.sent - client.consumed < settings.windowBytes
        {
            message.removeAll(keepingCapacity: true)
            let next = ledger.outcomes(of: job, from: cursor, limitBytes: Self.messageBytes) {
                entries, count, first in
                CompletionsHeader(job: job, count: UInt32(count), firstCursor: first).encode(into: &message)
                message.append(contentsOf: entries)
            }
            guard next > cursor else { return }
            let sent = client.sent + UInt64(message.count)
            clients[session]!.subscriptions[job] = next
            clients[session]!.sent = sent
            clients[session]!.underWay.append((upTo: sent, job: job, cursor: next))
            let outcome = message.withUnsafeBytes { sink.send(session, .completions, body: $0) }
            if outcome == .unreachable { return }
        }
    }

    func pumpDirty() {
        guard !dirtyJobs.isEmpty else { return }
        for job in dirtyJobs {
            for session in subscribers[job] ?? [] { pump(session, job) }
        }
        dirtyJobs.removeAll(keepingCapacity: true)
    }

    /// Closes the commit chunk, if anything was written, and gives the acknowledgements of this turn its number.
    func commit() {
        flushLog()
        let chunk = hasUncommitted ? ledger.commit() : ledger.committed
        hasUncommitted = false
        var index = pending.count - 1
        while index >= pendingHead, pending[index].chunk == 0 {
            pending[index].chunk = chunk
            index -= 1
        }
    }

    /// Lets go what the ledger has made safe. The shell calls it again when a commit has come through.
    public func release() {
        if !throttled.isEmpty, payloads.bytes <= settings.payloadSoftLimitBytes {
            for release in throttled { send(release) }
            throttled.removeAll()
        }
        while pendingHead < pending.count, pending[pendingHead].chunk <= ledger.committed {
            let release = pending[pendingHead]
            pendingHead += 1
            if case .accepted = release.message, payloads.bytes > settings.payloadSoftLimitBytes {
                throttled.append(release)
            } else {
                send(release)
            }
        }
        if pendingHead == pending.count {
            pending.removeAll(keepingCapacity: true)
            pendingHead = 0
        }
    }

    private func send(_ release: PendingRelease) {
        switch release.message {
        case .accepted(let session, let message): send(session, .accepted, message)
        case .recorded(_, let session, let batch):
            send(session, .recorded, RecordedMessage(batch: batch))
        }
    }

    /// The oldest ended jobs go when the logs are over their limit.
    func boundLogs() {
        var looks = 64
        while ledger.outcomeBytes > settings.outcomeLimitBytes, looks > 0,
            scheduler.forgetOldestEndedJob(into: &actions)
        {
            looks -= 1
            carryOut()
        }
    }
}
