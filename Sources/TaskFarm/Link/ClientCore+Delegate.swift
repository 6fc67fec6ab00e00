import FarmTransport

/// What the node tells.
extension ClientCore: ClientNodeDelegate {
    func attached(_ welcome: WelcomeMessage) {
        status.change { status in
            status.welcome = welcome
            status.isAttached = true
            if status.isConnecting { status.phase = .open }
        }
        controllerStarted(welcome.epoch)
        writable()
    }

    func detached() { status.change { $0.isAttached = false } }

    func faulted(_ code: WireCode, _ message: String) { status.change { $0.fault = code } }

    /// The transport gives the link up if the controller speaks nonsense; a single message is repeated by
    /// neither.
    func malformed(_ kind: MessageKind, _ error: WireError) {
        status.change { status in
            guard status.error == nil else { return }
            status.phase = .over(
                TaskClientError(
                    .incompatible,
                    "a \(kind) message of the controller cannot be read (\(error)); "
                        + "use programs of one version"
                ))
        }
    }

    func accepted(_ key: UniqueKey, _ job: JobID, taskCount: UInt32, isWhole: Bool) {
        guard let sink = submissions[key] else {
            if abandoned.remove(key) != nil { dismiss(job) }
            return
        }
        if followers[job.raw]?.contains(where: { $0.sink === sink }) != true {
            followers[job.raw, default: []].append(WeakSink(sink: sink))
        }
        sink.accepted(job, taskCount: taskCount, isWhole: isWhole)
        if isWhole { submissions[key] = nil } else { pump(key, sink) }
    }

    func refused(_ key: UniqueKey, _ code: WireCode, _ message: String) {
        abandoned.remove(key)
        submissions.removeValue(forKey: key)?.failed(TaskClientError(code, message, refusal: true))
    }

    func writable() {
        for (key, sink) in submissions { pump(key, sink) }
    }

    func completions(_ batch: CompletionBatch) {
        guard let list = followers[batch.job.raw] else { return node.consume(batch.credit, at: now) }
        var chunk = CompletionChunk(
            bytes: batch.whole ?? [UInt8](batch.entries),
            start: batch.whole.map { $0.count - batch.entries.count } ?? 0,
            firstCursor: batch.firstCursor, count: batch.count, receivedAt: now, credit: batch.credit)
        var consumed = 0
        var isHeld = false
        for entry in list {
            guard let sink = entry.sink else { continue }
            consumed += sink.arrived(chunk)
            // The first of them holds the window; more than one is rare.
            chunk.credit = 0
            isHeld = true
        }
        guard isHeld else {
            node.consume(batch.credit, at: now)
            return unfollow(batch.job, at: now)
        }
        if consumed > 0 { node.consume(consumed, at: now) }
    }

    func gone(_ job: JobID) {
        let error = TaskClientError(
            .unknown,
            "job \(job) is not known to the controller: it was purged, or there never was one; `tasks list` shows"
                + " those that there are")
        for entry in followers.removeValue(forKey: job.raw) ?? [] { entry.sink?.failed(error) }
    }

    func replied(_ request: UInt64, _ code: WireCode, _ body: [UInt8]) {
        if let job = checks.removeValue(forKey: request) { return checked(job, code, body) }
        replies.removeValue(forKey: request)?.change { $0 = .success((code, body)) }
    }
}
