/// One simulated peer and its way to the controller, over as many connections as it takes. Its faults are
/// made here.
public final class MemoryLink: FrameOrigin {
    /// The peer's protocol logic; released when the peer is killed.
    public private(set) var node: (any PeerNode)?
    /// The peer's side of the session.
    public private(set) var session: PeerSession!
    /// Whether a connection is there, as the peer sees it.
    public private(set) var isUp = false
    /// Whether the peer was killed.
    public private(set) var isDead = false
    /// While true, frames are held up in both directions, and no connection comes up.
    public private(set) var isCut = false
    /// While true, the peer stands still, as stopped by a signal: nothing reaches it, no timer of it runs.
    public private(set) var isStopped = false
    /// While true, the connection takes nothing more from the controller.
    public var isBlocked = false

    let admission: Admission
    private(set) var routing: UInt32 = 0
    private unowned let network: MemoryNetwork
    private var toController = MemoryWire()
    private var toPeer = MemoryWire()
    /// A connection that ended while the peer stood still: it finds out when it goes on.
    private var isEndUnseen = false
    private var timerAt = Instant.never

    init(_ network: MemoryNetwork, _ admission: Admission, _ makeNode: (any FrameSink) -> any PeerNode) {
        self.network = network
        self.admission = admission
        let session = PeerSession(carrier: LinkCarrier(self))
        self.session = session
        let node = makeNode(session)
        node.grant = Array(admission.holder.utf8)
        self.node = node
    }

    /// The door that its role belongs to.
    public var port: PortKind { admission.role == .engine ? .engine : .client }
    /// Nothing is proven in memory.
    public var userID: String? { nil }
    /// For listings.
    public var address: String { "memory" }

    // MARK: Faults

    /// The connection ends, with what is under way; the peer connects again by itself. The controller notices
    /// at its next send after the network's delay.
    public func drop() {
        guard isUp else { return }
        isUp = false
        network.push(.gone(routing: routing), after: network.delay())
        isEndUnseen = true
        if !isStopped { seeEnd() }
    }

    /// The peer's process ends without a word.
    public func kill() {
        isDead = true
        isUp = false
        network.push(.gone(routing: routing), after: network.delay())
        node = nil
    }

    /// Frames are held up until `heal`. Each side notices by silence only.
    public func cut() { isCut = true }

    /// Ends a cut: what was held up arrives now, in order.
    public func heal() {
        isCut = false
        releaseHeld()
    }

    /// The peer stands still until `resume`.
    public func stop() { isStopped = true }

    /// Ends a stop: what has come meanwhile arrives now, in order.
    public func resume() {
        isStopped = false
        if isEndUnseen { seeEnd() }
        releaseHeld()
        network.push(.timer(self), after: 0)
    }

    /// Runs `body` on the peer's node, then ends its turn: for what a shell would do through its loop.
    public func perform(_ body: (any PeerNode) -> Void) {
        guard let node else { return }
        body(node)
        endTurn()
    }

    // MARK: For the network

    func open(routing: UInt32, at now: Instant) {
        guard let node else { return }
        self.routing = routing
        isUp = true
        toController = MemoryWire()
        toPeer = MemoryWire()
        session.open(node, at: now)
        endTurn()
    }

    func arrived(_ bytes: [UInt8], at now: Instant) {
        guard let node else { return }
        let verdict = bytes.withUnsafeBytes { session.arrived($0, to: node, at: now) }
        if case .broken = verdict { drop() }
        endTurn()
    }

    func timer(at now: Instant) {
        timerAt = .never
        guard let node, !isStopped else { return }
        if session.tick(at: now) { drop() }
        if node.nextTimer <= now { node.tick(at: now) }
        endTurn()
    }

    /// The next frame for the controller; nil while nothing gets through.
    func nextToController() -> [UInt8]? { toController.next(isHeld: isCut) }

    /// The next frame for the peer; nil while nothing gets through.
    func nextToPeer() -> [UInt8]? { toPeer.next(isHeld: isCut || isStopped) }

    func carryToController(_ frame: Frame) {
        guard isUp else { return }
        let at = toController.append(frame.bytes, arriving: network.now + network.delay())
        network.push(.toController(self, routing: routing), at: at)
    }

    func carryToPeer(_ frame: Frame) {
        let at = toPeer.append(frame.bytes, arriving: network.now + network.delay())
        network.push(.toPeer(self, routing: routing), at: at)
    }

    private func releaseHeld() {
        for _ in 0..<toController.release() { network.push(.toController(self, routing: routing), after: 0) }
        for _ in 0..<toPeer.release() { network.push(.toPeer(self, routing: routing), after: 0) }
    }

    private func seeEnd() {
        isEndUnseen = false
        guard let node else { return }
        session.close(node, at: network.now)
        network.push(.connect(self), after: network.reconnectNanoseconds)
        endTurn()
    }

    private func endTurn() {
        guard let node else { return }
        node.endTurn(at: network.now)
        let due = max(network.now, min(node.nextTimer, session.nextTimer))
        guard due < timerAt else { return }
        timerAt = due
        network.push(.timer(self), at: due)
    }
}

private final class LinkCarrier: PeerCarrier {
    private unowned let link: MemoryLink
    init(_ link: MemoryLink) { self.link = link }
    func carry(_ frame: Frame) { link.carryToController(frame) }
}

/// One direction of one connection: frames in their order, whatever happens to their times.
private struct MemoryWire {
    private var frames: [[UInt8]] = []
    private var head = 0
    private var lastArrival = Instant.zero
    /// Arrivals that came to nothing because frames were held up.
    private var missed = 0

    /// Puts a frame in; it arrives no sooner than those before it.
    mutating func append(_ frame: [UInt8], arriving moment: Instant) -> Instant {
        lastArrival = max(lastArrival, moment)
        frames.append(frame)
        return lastArrival
    }

    mutating func next(isHeld: Bool) -> [UInt8]? {
        guard head < frames.count else { return nil }
        if isHeld {
            missed += 1
            return nil
        }
        defer {
            head += 1
            if head == frames.count {
                frames.removeAll(keepingCapacity: true)
                head = 0
            }
        }
        return frames[head]
    }

    /// How many arrivals are to happen now because they could not before.
    mutating func release() -> Int {
        defer { missed = 0 }
        return missed
    }
}
