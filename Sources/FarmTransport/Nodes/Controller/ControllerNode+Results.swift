import FarmWire

extension ControllerNode {
    func results(_ session: SessionID, _ body: UnsafeRawBufferPointer) throws(WireError) {
        guard let engine = engineSessions[session] else { return }
        let header = try ResultsHeader(decoding: body)
        // Also when an entry turns out malformed: what was decided refers to payloads in this very message.
        defer { flushOutcomes(payloadsIn: body) }
        var offset = ResultsHeader.size
        while let (entry, payload) = try ResultEntry.next(in: body, at: &offset) {
            // The reference is the payload's place in this message; it is used up before the message is given
            // back.
            let place = UInt64(offset - payload.count) << 32 | UInt64(payload.count)
            var report = entry.report
            if report.state == .failed { report.errorName = AttemptPayload.errorName(in: payload) }
            handle(.result(engine, hint: entry.hint, report, PayloadRef(place)))
        }
        touch(engine) {
            $0.batch = max($0.batch, header.batch)
            $0.takenBytes += UInt64(body.count)
        }
        hasUncommitted = true
    }

    /// Writes the outcomes decided so far to their jobs' logs.
    func flushOutcomes(payloadsIn body: UnsafeRawBufferPointer) {
        for outcome in actions.outcomes {
            if !talkative.isEmpty, outcome.entry.kind != .rank, talkative.remove(outcome.entry.task) != nil {
                delegate?.outputEnded(outcome.entry.task)
            }
            let job = outcome.entry.task.job
            if job != logJob || logBuffer.count > 192 << 10 { flushLog() }
            logJob = job
            var payload = UnsafeRawBufferPointer(start: nil, count: 0)
            logCount += 1
            guard outcome.payload != .ofGang else {
                logOfGang(outcome.entry)
                noteContent(outcome.entry, UnsafeRawBufferPointer(start: nil, count: 0))
                continue
            }
            if !gangPayloads.isEmpty, outcome.entry.kind == .terminal || outcome.entry.kind == .attempt {
                gangPayloads[outcome.entry.task] = nil
            }
            if outcome.payload != .none {
                let start = Int(outcome.payload.raw >> 32)
                let length = Int(outcome.payload.raw & 0xFFFF_FFFF)
                payload = UnsafeRawBufferPointer(rebasing: body[start..<(start + length)])
            }
            CompletionEntry.append(outcome.entry, payload: payload, to: &logBuffer)
            keepResult(outcome.entry, payload)
            noteContent(outcome.entry, payload)
            if outcome.entry.kind == .rank { keep(outcome.entry, payload) }
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

    /// Changes the engine's outbox, if it is still that engine's, and has it looked at before the turn ends.
    func touch(_ engine: EngineHandle, _ change: (inout EngineOutbox) -> Void = { _ in }) {
        let slot = Int(engine.slot)
        guard slot < outboxes.count, outboxes[slot]?.engine == engine else { return }
        change(&outboxes[slot]!)
        guard !outboxes[slot]!.isTouched else { return }
        outboxes[slot]!.isTouched = true
        touched.append(slot)
    }

    /// The engine's session, if it has one.
    func session(of engine: EngineHandle) -> SessionID? {
        let slot = Int(engine.slot)
        guard slot < outboxes.count, let outbox = outboxes[slot], outbox.engine == engine else { return nil }
        return outbox.session
    }
}
