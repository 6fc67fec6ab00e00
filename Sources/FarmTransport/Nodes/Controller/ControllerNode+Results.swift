import FarmWire

extension ControllerNode {
    func results(_ session: SessionID, _ body: UnsafeRawBufferPointer) throws(WireError) {
        guard let engine = engineSessions[session] else { return }
        let header = try ResultsHeader(decoding: body)
        var offset = ResultsHeader.size
        while let (entry, payload) = try ResultEntry.next(in: body, at: &offset) {
            // The reference is the payload's place in this message; it is used up before the message is given back.
            let place = UInt64(offset - payload.count) << 32 | UInt64(payload.count)
            handle(.result(engine, hint: entry.hint, entry.report, PayloadRef(place)))
        }
        flushOutcomes(payloadsIn: body)
        let newest = outboxes[Int(engine.slot)]?.batch ?? 0
        outboxes[Int(engine.slot)]?.batch = max(newest, header.batch)
        touch(engine)
        hasUncommitted = true
    }

    /// Writes the outcomes decided so far to their jobs' logs.
    func flushOutcomes(payloadsIn body: UnsafeRawBufferPointer) {
        for outcome in actions.outcomes {
            let job = outcome.entry.task.job
            if job != logJob || logBuffer.count > 192 << 10 { flushLog() }
            logJob = job
            var payload = UnsafeRawBufferPointer(start: nil, count: 0)
            if outcome.payload != .none {
                let start = Int(outcome.payload.raw >> 32)
                let length = Int(outcome.payload.raw & 0xFFFF_FFFF)
                payload = UnsafeRawBufferPointer(rebasing: body[start..<(start + length)])
            }
            CompletionEntry.append(outcome.entry, payload: payload, to: &logBuffer)
            logCount += 1
        }
        actions.outcomes.removeAll(keepingCapacity: true)
    }

    func flushLog() {
        guard logCount > 0 else { return }
        logBuffer.withUnsafeBytes { ledger.append(outcomes: $0, count: logCount, job: logJob) }
        logBuffer.removeAll(keepingCapacity: true)
        logCount = 0
        dirtyJobs.insert(logJob)
        hasUncommitted = true
    }

    /// Marks the engine as one whose busyness or batch number has to be looked at before the turn ends.
    func touch(_ engine: EngineHandle) { outboxes[Int(engine.slot)]?.isTouched = true }
}
