/// The controller's sessions without the sockets: who is let in, what each may send, in which order frames
/// count, who is muted and who is lost. The real endpoint and the simulator's network both run it.
///
/// Confined to one thread. The owner hands it frames (`arrived`), lets it do what is due (`tick`), and passes
/// on what it has found out (`deliverLosses`); the node sends through it as a `SessionSink`. A handler may
/// send, mute and mark sessions busy from within any call it gets; it is told of losses only through
/// `deliverLosses`.
public final class SessionDesk: SessionSink {
    let limits: SessionLimits
    let gate: any HelloGate
    let carrier: any FrameCarrier
    /// Gets a line for each session that is refused, muted or reset; never key or payload bytes.
    let log: (String) -> Void

    var table: SessionTable
    /// Whose session holds a peer's key.
    var keys: [UniqueKey: SessionID] = [:]
    var busyCount = 0
    /// Bytes of all messages that are being put together.
    var assembling = 0
    /// Sessions whose backlog waits.
    var blocked: [SessionID] = []
    /// Sessions whose connection has ended, but whose last words may still be unread.
    var gone: [SessionID] = []
    var losses: [(SessionID, SessionLoss)] = []
    var strangersAnswered: Set<UInt64> = []
    var strangersSince = Instant.zero
    var timers: SessionTimers

    private var turn: UInt64 = 0
    /// The time that the last `begin` or `tick` gave.
    public internal(set) var now: Instant
    /// What has passed through.
    public internal(set) var counters = SessionCounters()

    /// A desk without sessions, which sends through `carrier` and asks `gate` about each hello.
    public init(
        limits: SessionLimits = SessionLimits(), gate: any HelloGate, carrier: any FrameCarrier,
        at now: Instant,
        log: @escaping (String) -> Void = { _ in }
    ) {
        self.limits = limits
        self.gate = gate
        self.carrier = carrier
        self.log = log
        self.now = now
        table = SessionTable(limit: limits.sessions)
        timers = SessionTimers(limits, at: now)
        timers.revision = gate.revision()
    }

    /// Connections known, muted ones included.
    public var population: Int { table.population }

    /// Begins a turn: sets the time for the calls that follow. Frames that have come are handed over after
    /// it.
    public func begin(at now: Instant) {
        turn &+= 1
        self.now = max(now, self.now)
    }

    /// Tells `handler` of sessions that were lost since the last call.
    public func deliverLosses(to handler: any SessionHandler) {
        while !losses.isEmpty {
            let batch = losses
            losses.removeAll(keepingCapacity: true)
            for (session, loss) in batch { handler.sessionLost(session, loss) }
        }
    }

    /// Whether `tick` and `deliverLosses` have something to tell.
    public var hasLosses: Bool { !losses.isEmpty || !gone.isEmpty }

    public func lastHeard(_ session: SessionID) -> Instant? {
        table.index(of: session).map { table[$0].lastHeard }
    }

    public func setBusy(_ session: SessionID, _ isBusy: Bool) {
        guard let index = table.index(of: session), table[index].phase == .open else { return }
        guard table[index].isBusy != isBusy else { return }
        table[index].isBusy = isBusy
        busyCount += isBusy ? 1 : -1
        if isBusy { timers.wakeForBusy(at: now) }
    }

    // MARK: Ends

    /// A send found the connection ended. What the peer had sent before still counts, and may not have been
    /// read: so the session takes messages until all that came is read, and ends then.
    func depart(_ index: Int) {
        guard table[index].phase == .open else { return close(index, .unreachable) }
        guard table[index].goneAt == .never else { return }
        table[index].goneAt = now
        table[index].goneTurn = turn
        gone.append(table[index].id)
    }

    /// Ends the sessions whose connection has ended.
    func closeDeparted(isDrained: Bool) {
        guard !gone.isEmpty else { return }
        let sessions = gone
        gone.removeAll(keepingCapacity: true)
        for session in sessions {
            guard let index = table.index(of: session) else { continue }
            // Only reading that began after the end was noticed has surely seen the last of it. Under load
            // the sockets may never be empty, and lost work must not wait for that.
            if isDrained && table[index].goneTurn < turn || now - table[index].goneAt >= .milliseconds(100) {
                close(index, .unreachable)
            } else {
                gone.append(session)
            }
        }
    }

    /// Forgets a connection; the handler is told, if it had been told of the session.
    func close(_ index: Int, _ loss: SessionLoss) {
        let id = table[index].id
        retire(index, loss)
        table.close(index)
        blocked.removeAll { $0 == id }
    }

    /// Takes everything from a session but its place in the table.
    func retire(_ index: Int, _ loss: SessionLoss) {
        let id = table[index].id
        if table[index].phase == .open {
            losses.append((id, loss))
            if keys[table[index].key] == id { keys[table[index].key] = nil }
        }
        if table[index].isBusy {
            table[index].isBusy = false
            busyCount -= 1
        }
        assembling -= table[index].channel.assemblingBytes
        table[index].channel.dropAssembly()
        table[index].backlog = Backlog()
    }
}
