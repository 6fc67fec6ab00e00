public import FarmWire

extension ClientNode {
    /// What came with an event, for the delegate.
    struct Arrival {
        var code = WireCode.ok
        var text = ""
        var bytes: [UInt8] = []
        var body = UnsafeRawBufferPointer(start: nil, count: 0)
        /// The whole message, if it is a large one.
        var whole: [UInt8]?
    }

    public func receive(kind: MessageKind, body: UnsafeRawBufferPointer, at now: Instant) {
        receive(kind, body, nil, at: now)
    }

    public func receive(kind: MessageKind, whole body: [UInt8], at now: Instant) {
        body.withUnsafeBytes { receive(kind, $0, body, at: now) }
    }

    private func receive(
        _ kind: MessageKind, _ body: UnsafeRawBufferPointer, _ whole: [UInt8]?, at now: Instant
    ) {
        do throws(WireError) {
            try take(kind, body, whole, at: now)
        } catch {
            delegate.malformed(kind, error)
        }
    }

    private func take(
        _ kind: MessageKind, _ body: UnsafeRawBufferPointer, _ whole: [UInt8]?, at now: Instant
    ) throws(WireError) {
        switch kind {
        case .completions:
            let header = try CompletionsHeader(decoding: body)
            perform(
                .completions(
                    header.job, firstCursor: header.firstCursor, count: header.count, bytes: body.count),
                at: now, Arrival(body: body, whole: whole))
        case .accepted:
            let accepted = try AcceptedMessage(decoding: body)
            perform(
                .accepted(
                    accepted.key, part: accepted.part, accepted.job, tasks: accepted.taskCount), at: now)
        case .refused:
            let refused = try RefusedMessage(decoding: body)
            perform(.refused(refused.key), at: now, Arrival(code: refused.code, text: refused.message))
        case .reply:
            let reply = try ReplyMessage(decoding: body)
            perform(.replied(reply.request), at: now, Arrival(code: reply.code, bytes: reply.body))
        case .gone:
            perform(.gone(try JobMessage(decoding: body).job), at: now)
        case .welcome:
            let welcome = try WelcomeMessage(decoding: body)
            guard session.standing != .closed else { return }
            self.welcome = welcome
            delegate.attached(welcome)
            perform(.welcomed(windowBytes: welcome.windowBytes), at: now)
        case .fault:
            let fault = try FaultMessage(decoding: body)
            disconnected(at: now)
            delegate.faulted(fault.code, fault.message)
        default:
            break  // No message for a client.
        }
    }

    /// Feeds the session one event, sends what it asks for, then tells the delegate: what the delegate does
    /// in answer must not overtake what was to be sent before.
    func perform(_ event: ClientSession.Event, at now: Instant, _ arrival: Arrival = Arrival()) {
        var actions = spareActions
        spareActions = []
        session.handle(event, at: now, into: &actions)
        for action in actions { transmit(action) }
        for action in actions { tell(action, arrival) }
        actions.removeAll(keepingCapacity: true)
        spareActions = actions
    }

    private func transmit(_ action: ClientSession.Action) {
        switch action {
        case .sendPart(let part):
            sink.send(.submit, body: parts[Int(part)])
        case .releasePart(let part):
            var bytes: [UInt8] = []
            swap(&bytes, &parts[Int(part)])
            buffers.give(bytes)
            freeParts.append(Int(part))
        case .sendSubscribe(let job, let cursor):
            send(.subscribe, SubscribeMessage(job: job, cursor: cursor))
        case .sendUnsubscribe(let job):
            send(.unsubscribe, JobMessage(job: job))
        case .sendConsumed(let bytes):
            send(.consumed, ConsumedMessage(totalBytes: bytes))
        case .sendRequest(let request):
            if let kept = requests[request] { sink.send(kept.kind, body: kept.body) }
        case .answered(let request):
            requests[request] = nil
        case .sendBye:
            send(.bye, ByeMessage(message: ""))
        case .accepted, .refused, .writable, .deliver, .gone:
            break
        }
    }

    private func tell(_ action: ClientSession.Action, _ arrival: Arrival) {
        switch action {
        case .accepted(let key, let job, let tasks, let isWhole):
            delegate.accepted(key, job, taskCount: tasks, isWhole: isWhole)
        case .refused(let key):
            delegate.refused(key, arrival.code, arrival.text)
        case .writable:
            delegate.writable()
        case .deliver(let job, let firstCursor, let skip, let count):
            deliver(job, firstCursor, skip: skip, count: count, arrival)
        case .gone(let job):
            delegate.gone(job)
        case .answered(let request):
            delegate.replied(request, arrival.code, arrival.bytes)
        case .sendPart, .releasePart, .sendSubscribe, .sendUnsubscribe, .sendConsumed, .sendRequest, .sendBye:
            break
        }
    }

    private func deliver(
        _ job: JobID, _ firstCursor: UInt64, skip: UInt32, count: UInt32, _ arrival: Arrival
    ) {
        let body = arrival.body
        var offset = CompletionsHeader.size
        do throws(WireError) {
            for _ in 0..<skip { _ = try CompletionEntry.next(in: body, at: &offset) }
        } catch {
            return delegate.malformed(.completions, error)
        }
        delegate.completions(
            CompletionBatch(
                job: job, firstCursor: firstCursor, count: Int(count),
                entries: UnsafeRawBufferPointer(rebasing: body[offset...]), credit: body.count,
                whole: arrival.whole))
    }
}
