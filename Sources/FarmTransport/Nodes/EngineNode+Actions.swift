import FarmWire

extension EngineNode {
    /// Feeds the agent one event and carries out what it asks for. `payload` is that of a result.
    func perform(
        _ event: EngineAgent.Event, at now: Instant,
        payload: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        var actions = spareActions
        spareActions = []
        agent.handle(event, at: now, into: &actions)
        for action in actions { carryOut(action, payload: payload) }
        // For one or two elements a fraction of the cost of `removeAll(keepingCapacity:)`.
        while actions.popLast() != nil {}
        spareActions = actions
    }

    private func carryOut(_ action: EngineAgent.Action, payload: UnsafeRawBufferPointer) {
        switch action {
        case .start(let token, let name, let work):
            works.add(
                work, of: token, name, cores: agent.cores(of: token), gpus: agent.gpus(of: token),
                to: &builder)
            works.release(work)
        case .terminate(let token, let reason, let grace):
            guard let name = agent.name(of: token) else { return }
            terminations.append(
                Termination(token: token, name: name, reason: reason, graceNanoseconds: grace))
        case .interrupt(let token):
            guard let name = agent.name(of: token) else { return }
            interrupts.append((token, name))
        case .releaseWork(let work):
            works.release(work)
        case .emitResult(let report, let hint, let withPayload):
            emit(ResultEntry(report: report, hint: hint), payload: withPayload ? payload : nil)
        case .closeBatch(let number, let send):
            close(number, send: send)
        case .resendBatches:
            for index in 0..<sent.count { sink.send(.results, body: sent[index].bytes) }
        case .forgetBatches(let number):
            forgetBatches(through: number)
        case .sendStarted(let name, let startedAt):
            started.append(StartedMessage.Entry(name: name, startedAt: max(.zero, startedAt)))
        case .sendRecalled(let name, let isGivenBack):
            recalled.append(RecalledMessage.Entry(name: name, isGivenBack: isGivenBack))
        case .sendDraining:
            // An empty answer says that nothing new is taken (docs/protocol.md, "recalled").
            send(.recalled, RecalledMessage(entries: []))
        case .sendBye:
            sendAnswers()
            send(.bye, ByeMessage(message: ""))
        case .exit:
            break  // endTurn sees it in the agent's standing.
        }
    }

    private func emit(_ entry: ResultEntry, payload: UnsafeRawBufferPointer?) {
        // The number is not known before the batch is closed.
        if open.isEmpty { ResultsHeader(batch: 0).encode(into: &open) }
        if let payload { return ResultEntry.append(entry, payload: payload, to: &open) }
        guard entry.report.state == .failed else {
            return ResultEntry.append(entry, payload: UnsafeRawBufferPointer(start: nil, count: 0), to: &open)
        }
        let memory = agent.limits.memoryBytes
        let text = Self.errorPayload(
            "not started: it needs more than the \(agent.limits.cpus) CPUs, \(agent.limits.gpus) GPUs"
                + (memory > 0 ? " or \(memory) bytes of memory" : "")
                + " of engine \(info.name), or the controller has not sent its template")
        text.withUnsafeBytes { ResultEntry.append(entry, payload: $0, to: &open) }
    }

    private func close(_ number: UInt64, send: Bool) {
        var batch = buffers.take()
        swap(&batch, &open)
        batch.withUnsafeMutableBytes { $0.storeBytes(of: number.littleEndian, as: UInt64.self) }
        if send { sink.send(.results, body: batch) }
        sent.append(SentBatch(number: number, bytes: batch))
    }

    private func forgetBatches(through number: UInt64) {
        while let first = sent.first?.number, first <= number {
            var bytes: [UInt8] = []
            swap(&bytes, &sent[0].bytes)
            sent.removeFirst()
            buffers.give(bytes)
        }
    }
}
