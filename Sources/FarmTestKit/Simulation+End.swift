extension Simulation {
    /// Everything that was asked for has come to its end, and everybody knows.
    var isDone: Bool {
        guard let node = controller.node, clients.allSatisfy(\.isSettled), controller.ledger.disk.isSettled
        else {
            return false
        }
        return node.scheduler.counts.unfinished == 0
            && !engines.contains { $0.isAway && !$0.isGone }
            && aliveClients.allSatisfy { client in
                client.followed.allSatisfy { job, log in
                    client.gone.contains(job) || log.cursor == witness.jobs[job]?.entries
                }
            }
            // What a dead client had not submitted to its end is given up some time after.
            && node.scheduler.jobSummaries.allSatisfy(\.isSealed)
    }

    /// Nothing is left of it.
    var isClean: Bool {
        guard let node = controller.node, node.usage.isEmpty else { return false }
        return engines.allSatisfy { $0.isGone || ($0.node.heldCount == 0 && $0.waitsForNothing) }
    }

    /// It has not come to its end in time: says where it stands.
    func reportHang() {
        guard let node = controller.node else { return }
        for client in aliveClients {
            for submission in client.submissions where !submission.isOver {
                fail(
                    "client \(client.number) waits for its submission \(submission.script.key), job \(submission.job?.description ?? "none"), part \(submission.nextPart) of \(submission.script.parts.count)"
                )
            }
            if !client.requests.isEmpty { fail("client \(client.number) waits for answers") }
            for (job, log) in client.followed where !client.gone.contains(job) {
                let entries = witness.jobs[job]?.entries
                guard entries != log.cursor else { continue }
                fail(
                    "client \(client.number) has \(log.cursor) of \(entries ?? 0) entries of job \(job), and was not told that it is gone"
                )
            }
        }
        for summary in node.scheduler.jobSummaries where summary.counts.unfinished > 0 || !summary.isSealed {
            for index in 0..<summary.taskCount {
                let task = TaskID(summary.id, index)
                guard let why = node.scheduler.why(task) else { continue }
                if case .ended = why { continue }
                fail("task \(task) has not ended: \(why)")
            }
            if !summary.isSealed { fail("job \(summary.id) was never completed") }
        }
        if witness.faults.isEmpty { fail("it does not come to its end") }
    }

    /// What must be left when all is done: nothing.
    func checkEnd() {
        guard let node = controller.node else { return fail("the controller is down") }
        let usage = node.usage
        if !usage.isEmpty { fail("left over: \(usage)") }
        for engine in engines where !engine.isGone && engine.node.heldCount > 0 {
            fail("\(engine.info.name) still holds \(engine.node.heldCount) attempts")
        }
        for engine in engines where !engine.isGone && !engine.waitsForNothing {
            fail("\(engine.info.name) still waits for the clock")
        }
        for (raw, job) in witness.jobs.sorted(by: { $0.key < $1.key })
        where !job.hasEnded && !witness.forgotten.contains(raw) {
            fail("job \(raw) has \(job.endedCount) of \(job.taskCount) tasks ended, sealed: \(job.isSealed)")
        }
        for client in aliveClients { checkLogs(of: client) }
    }

    /// Each follower has the job's log, whole and in order.
    private func checkLogs(of client: SimulatedClient) {
        for (raw, log) in client.followed.sorted(by: { $0.key < $1.key })
        where !witness.forgotten.contains(raw) {
            var digest: UInt64 = 0
            var cursor: UInt64 = 0
            var next = controller.ledger.outcomes(of: JobID(raw), from: 0, limitBytes: .max) {
                bytes, count, _ in
                digest = Self.digest(digest, bytes)
            }
            while next > cursor {
                cursor = next
                next = controller.ledger.outcomes(of: JobID(raw), from: cursor, limitBytes: .max) {
                    bytes, _, _ in
                    digest = Self.digest(digest, bytes)
                }
            }
            if cursor != log.cursor || digest != log.digest {
                fail("client \(client.number) has another log of job \(raw) than the ledger")
            }
        }
    }

    private static func digest(_ start: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var digest = start
        var offset = 0
        while let (entry, payload) = try? CompletionEntry.next(in: bytes, at: &offset) {
            digest = SimulatedClient.fold(digest, entry, payload)
        }
        return digest
    }
}
