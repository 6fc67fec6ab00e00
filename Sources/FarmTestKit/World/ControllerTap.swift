/// Stands between the controller's node and its transport, both ways, and tells the witness what passes.
final class ControllerTap: SessionHandler, SessionSink {
    unowned let witness: Witness
    weak var node: ControllerNode?
    weak var desk: SessionDesk?
    /// Called when the node has been handed something: its turn is to be ended.
    private let touched: () -> Void
    /// Which engine a session belongs to.
    private var engines: [SessionID: (key: UniqueKey, id: EngineID)] = [:]
    /// When an engine said hello last.
    private(set) var helloAt = Instant.zero
    /// Engines that were welcomed by this controller.
    private(set) var welcomed: Set<UniqueKey> = []

    init(_ witness: Witness, touched: @escaping () -> Void) {
        self.witness = witness
        self.touched = touched
    }

    // MARK: In

    func helloArrived(_ arrival: HelloArrival) {
        if let engine = arrival.hello.engine {
            engines[arrival.session] = (engine.key, .none)
            helloAt = witness.now
            witness.claimed(arrival.hello.claims.map(\.name), by: engine.key)
            witness.endsOfTime[engine.key] = arrival.hello.left.map { witness.now + $0 }
        }
        node?.helloArrived(arrival)
        touched()
    }

    func received(_ session: SessionID, _ kind: MessageKind, _ body: UnsafeRawBufferPointer) {
        if kind == .results || kind == .recalled, let key = engines[session]?.key { ended(kind, body, key) }
        node?.received(session, kind, body)
        touched()
    }

    func sessionLost(_ session: SessionID, _ reason: SessionLoss) {
        if case .muted(let why) = reason, !why.contains(" of pool ") {
            witness.fault("\(session) was muted: \(why)")
        }
        engines[session] = nil
        node?.sessionLost(session, reason)
        touched()
    }

    /// Attempts that use nothing more of their engine.
    private func ended(_ kind: MessageKind, _ body: UnsafeRawBufferPointer, _ key: UniqueKey) {
        if kind == .recalled {
            let entries = (try? RecalledMessage(decoding: body))?.entries ?? []
            for entry in entries where entry.isGivenBack { witness.released(entry.name, by: key) }
        } else {
            var offset = ResultsHeader.size
            while let (entry, _) = try? ResultEntry.next(in: body, at: &offset) {
                witness.released(entry.report.name, by: key)
            }
        }
    }

    // MARK: Out

    func send(_ session: SessionID, _ kind: MessageKind, body: UnsafeRawBufferPointer) -> SendOutcome {
        switch kind {
        case .welcome: welcome(session, body)
        case .dispatch: dispatch(session, body)
        case .gang: gang(session, body)
        default: break
        }
        return desk?.send(session, kind, body: body) ?? .unreachable
    }

    func setBusy(_ session: SessionID, _ isBusy: Bool) { desk?.setBusy(session, isBusy) }

    func mute(_ session: SessionID, code: WireCode, message: String) {
        if code != .unavailable { witness.fault("the controller mutes \(session): \(message)") }
        desk?.mute(session, code: code, message: message)
    }

    func reset(_ session: SessionID) {
        engines[session] = nil
        desk?.reset(session)
    }

    func lastHeard(_ session: SessionID) -> Instant? { desk?.lastHeard(session) }

    private func welcome(_ session: SessionID, _ body: UnsafeRawBufferPointer) {
        guard let known = engines[session], let welcome = try? WelcomeMessage(decoding: body) else { return }
        engines[session] = (known.key, welcome.engine)
        witness.engineKeys[welcome.engine.raw] = known.key
        welcomed.insert(known.key)
    }

    private func gang(_ session: SessionID, _ body: UnsafeRawBufferPointer) {
        guard let engine = engines[session], let message = try? GangMessage(decoding: body) else {
            return witness.fault("a rank's message that cannot be read, or to no engine")
        }
        witness.sent(
            .init(
                entry: message.entry, payload: Array(body[message.payload]), engine: engine.id,
                engineKey: engine.key, seat: message.seat))
    }

    private func dispatch(_ session: SessionID, _ body: UnsafeRawBufferPointer) {
        guard let engine = engines[session] else {
            return witness.fault("a dispatch to \(session), which is no engine's")
        }
        var offset = 0
        while let (entry, payload) = try? DispatchEntry.next(in: body, at: &offset) {
            witness.dispatched(entry, Array(payload), to: engine.id, key: engine.key)
        }
        if offset != body.count { witness.fault("a dispatch message that cannot be read") }
    }
}
