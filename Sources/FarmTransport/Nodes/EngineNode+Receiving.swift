public import FarmWire

extension EngineNode {
    public func receive(kind: MessageKind, body: UnsafeRawBufferPointer, at now: Instant) {
        do throws(WireError) {
            try take(kind, body, at: now)
        } catch {
            delegate.malformed(kind, error)
        }
    }

    public func receive(kind: MessageKind, whole body: [UInt8], at now: Instant) {
        whole = body
        defer { whole = nil }
        body.withUnsafeBytes { receive(kind: kind, body: $0, at: now) }
    }

    private func take(
        _ kind: MessageKind, _ body: UnsafeRawBufferPointer, at now: Instant
    ) throws(WireError) {
        switch kind {
        case .welcome:
            attach(try WelcomeMessage(decoding: body), at: now)
        case .fault:
            let fault = try FaultMessage(decoding: body)
            disconnected(at: now)
            delegate.faulted(fault.code, fault.message)
        case .dispatch where agent.isAttached:
            try dispatch(body, at: now)
        case .gang where agent.isAttached:
            try dispatch(gang: body, at: now)
        case .recall where agent.isAttached:
            for name in try NamesMessage(decoding: body).names { perform(.recall(name), at: now) }
        case .stop where agent.isAttached:
            for name in try NamesMessage(decoding: body).names { perform(.stop(name), at: now) }
        case .interrupt where agent.isAttached:
            for name in try NamesMessage(decoding: body).names { perform(.interrupt(name), at: now) }
        case .found where agent.isAttached: found(try FoundMessage(decoding: body))
        case .recorded where agent.isAttached:
            perform(.recorded(try RecordedMessage(decoding: body).batch), at: now)
        case .template where agent.isAttached:
            keep(try TemplateMessage(decoding: body))
        case .forget where agent.isAttached:
            forget(try JobMessage(decoding: body).job)
        case .leave where agent.isAttached:
            let mode = try LeaveMessage(decoding: body).mode
            if mode == .again, agent.standing != .working {
                // It leaves already, and whoever told it so does not want it back: what runs goes on.
                break
            }
            // Told drain or now after that, it is not to come back.
            // What starts anew must have time to get anything done.
            startsAnew = mode == .again && info.until > now + .seconds(5)
            perform(mode == .drain ? .drain : .leaveNow, at: now)
        default:
            // Before the welcome nothing else can be meant for this session; other kinds are none of an
            // engine's.
            break
        }
    }

    private func attach(_ welcome: WelcomeMessage, at now: Instant) {
        self.welcome = welcome
        // The controller sends the templates again that this session needs; work that waits has its own
        // references.
        templates.removeAll()
        newestGroup = nil
        forgetLanes()
        delegate.attached(welcome)
        perform(
            .welcomed(welcome.engine, epoch: welcome.epoch, windowBytes: welcome.windowBytes), at: now)
        askAgain()
    }

    private func dispatch(_ body: UnsafeRawBufferPointer, at now: Instant) throws(WireError) {
        let chunk = works.open(body, whole)
        defer { works.close(chunk) }
        var offset = 0
        while let (entry, payload) = try DispatchEntry.next(in: body, at: &offset) {
            let template = template(entry.name.task.job, entry.group)
            let work = works.insert(
                WorkStore.Work(
                    template: template, index: entry.index, chunk: chunk,
                    payload: offset - payload.count..<offset))
            take(entry, template, work, at: now)
        }
    }

    private func dispatch(gang body: UnsafeRawBufferPointer, at now: Instant) throws(WireError) {
        let gang = try GangMessage(decoding: body)
        let chunk = works.open(body, whole)
        defer { works.close(chunk) }
        let template = template(gang.entry.name.task.job, gang.entry.group)
        let work = works.insert(
            WorkStore.Work(template: template, index: gang.entry.index, chunk: chunk, payload: gang.payload),
            seat: gang.seat)
        take(gang.entry, template, work, at: now)
    }

    private func take(_ entry: DispatchEntry, _ template: EngineTemplate?, _ work: UInt64, at now: Instant) {
        // Without a template it cannot run: more CPUs than any engine has make the agent refuse it.
        perform(
            .dispatched(
                entry.name, hint: entry.hint, cpus: template?.message.cpus ?? .max,
                gpus: template?.message.gpus ?? 0, memoryBytes: template?.message.memoryBytes ?? 0,
                lane: template?.lane ?? -1,
                timeoutNanoseconds: template?.message.timeoutNanoseconds ?? 0,
                graceNanoseconds: template?.message.graceNanoseconds ?? 0,
                lastingNanoseconds: template?.message.lastingNanoseconds ?? 0, work: work),
            at: now)
    }

    private func template(_ job: JobID, _ group: UInt32) -> EngineTemplate? {
        let key = UInt64(job.raw) << 32 | UInt64(group)
        if let newestGroup, newestGroup.key == key { return newestGroup.template }
        guard let template = templates[key] else { return nil }
        newestGroup = (key, template)
        return template
    }

    private func keep(_ message: TemplateMessage) {
        let key = UInt64(message.job.raw) << 32 | UInt64(message.group)
        guard templates[key]?.message != message else { return }
        templates[key] = EngineTemplate(message, lane: number(ofLane: message.lane))
        newestGroup = nil
    }

    private func number(ofLane name: String) -> Int32 {
        guard !name.isEmpty else { return -1 }
        if let known = laneNumbers[name] { return known }
        // Never that of another lane, which may still be ending something.
        let number = nextLane
        nextLane += 1
        laneNumbers[name] = number
        return number
    }

    /// Forgets the lanes that no template names and no attempt is in. O(templates + lanes).
    private func forgetLanes() {
        guard !laneNumbers.isEmpty else { return }
        var used = agent.lanesInUse
        for template in templates.values where template.lane >= 0 { used.insert(template.lane) }
        laneNumbers = laneNumbers.filter { used.contains($0.value) }
    }

    private func forget(_ job: JobID) {
        for key in templates.keys.filter({ $0 >> 32 == UInt64(job.raw) }) { templates[key] = nil }
        newestGroup = nil
        forgetLanes()
    }
}
