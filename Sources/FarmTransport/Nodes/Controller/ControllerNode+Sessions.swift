import FarmWire

extension ControllerNode {
    func engineArrived(_ arrival: HelloArrival) {
        guard var info = arrival.hello.engine else { return }
        info.until = arrival.hello.left.map { now + $0 } ?? .never
        handle(
            .engineHello(
                arrival.session, info, principal: arrival.subject, claims: arrival.hello.claims))
        // The welcome has to be the first message of the session, before any stop that the claims call for.
        for control in actions.controls {
            switch control {
            case .engineWelcome(let session, let engine, let id, let isNew) where session == arrival.session:
                register(session, engine)
                if isNew { joining.append((engine, chunk: 0)) }
                welcome(session, engine: id, role: arrival.role, subject: arrival.subject)
                delegate?.log(
                    isNew
                        ? .engineJoined(id, name: info.name, host: info.host, slots: info.slots)
                        : .engineReattached(id))
            case .engineRefused(let session, let reason) where session == arrival.session:
                sink.mute(session, code: .notPermitted, message: reason)
                delegate?.log(.engineRefused(reason))
            case .engineHasToWait(let session, let reason) where session == arrival.session:
                sink.mute(session, code: .unavailable, message: reason)
                delegate?.log(.engineRefused(reason))
            default:
                continue
            }
        }
    }

    private func register(_ session: SessionID, _ engine: EngineHandle) {
        while outboxes.count <= Int(engine.slot) { outboxes.append(nil) }
        // A newer session of the same engine takes over; the older one's end must not be taken for the
        // engine's.
        if let old = outboxes[Int(engine.slot)]?.session { engineSessions[old] = nil }
        outboxes[Int(engine.slot)] = EngineOutbox(engine: engine, session: session)
        engineSessions[session] = engine
        touch(engine)
    }

    /// Lets the scheduler use engines that are safe in the roster; false if there are none.
    @discardableResult
    func admitRecorded() -> Bool {
        guard !joining.isEmpty else { return false }
        let committed = ledger.committed
        let recorded = joining.filter { $0.chunk > 0 && $0.chunk <= committed }
        guard !recorded.isEmpty else { return false }
        joining.removeAll { $0.chunk > 0 && $0.chunk <= committed }
        for one in recorded { handle(.engineRecorded(one.engine)) }
        return true
    }

    func clientArrived(_ arrival: HelloArrival) {
        let identity = ClientIdentity(
            session: arrival.session, role: arrival.role, subject: arrival.subject)
        absent[arrival.hello.key] = nil
        clients[arrival.session] = ClientRecord(
            identity: identity, priorityCap: arrival.priorityCap, key: arrival.hello.key)
        welcome(arrival.session, engine: .none, role: arrival.role, subject: arrival.subject)
        delegate?.log(
            .clientJoined(
                arrival.session, subject: arrival.subject, role: arrival.role.rawValue,
                address: arrival.address))
    }

    /// A client that goes with submissions incomplete has some time to come back to them.
    func noteAbsence(of key: UniqueKey) {
        guard jobs.values.contains(where: { $0.client == key && !$0.isComplete }),
            !clients.values.contains(where: { $0.key == key })
        else { return }
        absent[key] = now + settings.abandonNanoseconds
    }

    /// Nobody must wait for ever for the rest of a job whose client is gone.
    func giveUpAbsent() {
        var over: Set<UniqueKey> = []
        for (client, until) in absent where until <= now {
            // Seen too late, this process stood still: then the client may be just about to come back.
            let isLate = now - until > .seconds(1)
            absent[client] = isLate ? now + settings.abandonNanoseconds : nil
            if !isLate { over.insert(client) }
        }
        guard !over.isEmpty else { return }
        // In the order of the jobs' numbers, so that a simulation can be run again.
        for number in jobs.keys.sorted() {
            guard let job = jobs[number], !job.isComplete, over.contains(job.client) else { continue }
            jobs[number]?.isComplete = true
            handle(.abandon(job.key))
        }
    }

    private func welcome(_ session: SessionID, engine: EngineID, role: Role, subject: String) {
        send(
            session, .welcome,
            WelcomeMessage(
                version: 1, session: session, epoch: scheduler.epoch, farm: settings.farm,
                heartbeatMilliseconds: settings.heartbeatMilliseconds, windowBytes: settings.windowBytes,
                largestMessage: settings.largestMessage, engine: engine, role: role.rawValue,
                subject: subject))
    }

    func send(_ session: SessionID, _ kind: MessageKind, _ message: some WireMessage) {
        self.message.removeAll(keepingCapacity: true)
        message.encode(into: &self.message)
        self.message.withUnsafeBytes { _ = sink.send(session, kind, body: $0) }
    }

    func query(_ session: SessionID, _ message: QueryMessage) {
        guard let client = clients[session] else { return }
        let hadUncommitted = hasUncommitted
        hasUncommitted = false
        let (code, body) =
            delegate?.answer(message.json, from: client.identity)
            ?? (.unavailable, Array("this controller answers no queries".utf8))
        let reply = ReplyMessage(request: message.request, code: code, body: body)
        // An answer to a question that has changed something must hold once it is given.
        if hasUncommitted {
            pending.append(PendingRelease(chunk: 0, message: .reply(session, reply)))
        } else {
            send(session, .reply, reply)
        }
        hasUncommitted = hasUncommitted || hadUncommitted
    }

    /// The highest priority that the session may ask for.
    public func priorityCap(of session: SessionID) -> Int32 { clients[session]?.priorityCap ?? 0 }

    /// Engines that are waited for, and may be dead.
    public var missingEngines: [EngineSummary] { scheduler.missingEngines }

    /// Such an engine is known to be dead: nobody has to wait for it.
    public func giveUp(_ engine: EngineID) { handle(.engineDead(engine)) }

    /// Sends the engines nothing new; `now`: has them stop what they run. All of them are told before the
    /// first can leave and break a pool that others are of.
    /// - Returns: those that are not there; then nothing was done.
    public func drain(_ engines: [EngineID], now: Bool) -> [EngineID] {
        let known = Set(scheduler.engineSummaries.map(\.id))
        let missing = engines.filter { !known.contains($0) }
        guard missing.isEmpty else { return missing }
        for engine in engines { handle(.drain(engine, now: now)) }
        return []
    }

    /// Sends nothing more of the job, or of any if it is nil; false: goes on. It is recorded before the
    /// answer to the query goes out in which this is called.
    public func pause(_ job: JobID?, _ isPaused: Bool) {
        handle(.pause(job, isPaused))
        flushOutcomes(payloadsIn: UnsafeRawBufferPointer(start: nil, count: 0))
        carryOut()
    }
}

extension ControllerNode {
    /// A template's body as it was submitted; nil if there is none.
    public func template(of job: JobID, _ number: Int) -> [UInt8]? {
        guard let known = jobs[job.raw], number < known.templates.count else { return nil }
        return known.templates[number]
    }
}
