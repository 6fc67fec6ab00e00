/// A controller's and its peers' links in memory under virtual time, for the simulator: the real session
/// logic and real frame bytes, without sockets or clock.
///
/// Each connection keeps its frames in order, each way. One `step` does one thing – a frame arrives, a link
/// comes up or goes, a timer is due – so that whatever drives it can look at the whole farm in between.
/// Faults are made through `MemoryLink` and `stopController`.
public final class MemoryNetwork {
    /// What a step did.
    public enum Step {
        /// The controller's side was called: its handler's turn is to be ended.
        case controller
        /// A peer's node was called, and its turn ended.
        case peer(MemoryLink)
        /// Nothing was called.
        case nothing
    }

    /// Virtual time.
    public private(set) var now: Instant
    /// The running controller's sessions; nil while it is stopped.
    public private(set) var desk: SessionDesk?
    /// Nanoseconds that the next frame travels, or a link takes to come up; asked for each.
    public var delay: () -> Int64
    /// Nanoseconds that a peer waits before it connects again.
    public var reconnectNanoseconds: Int64 = .milliseconds(50)

    private let limits: SessionLimits
    private var handler: (any SessionHandler)?
    private var queue = MemoryQueue()
    private var links: [UInt32: MemoryLink] = [:]
    private var routingCount: UInt32 = 0
    private var deskTimer = Instant.never

    /// A network without controller or peers; `delay` is asked for each frame, in nanoseconds.
    public init(
        limits: SessionLimits = SessionLimits(), at now: Instant = .zero,
        delay: @escaping () -> Int64 = { 100_000 }
    ) {
        self.limits = limits
        self.now = now
        self.delay = delay
    }

    // MARK: The two sides

    /// A controller comes up; peers that wait connect to it.
    public func startController(_ handler: any SessionHandler) {
        let desk = SessionDesk(limits: limits, gate: MemoryGate(), carrier: MemoryCarrier(self), at: now)
        self.desk = desk
        self.handler = handler
        deskTimer = .never
        watchDesk()
    }

    /// The controller is gone at once, as if killed: its links end.
    public func stopController() {
        desk = nil
        handler = nil
        for link in links.values.sorted(by: { $0.routing < $1.routing }) { link.drop() }
        links = [:]
    }

    /// A peer is there, and connects. `makeNode` gets the sink that the node sends through, to be held
    /// unowned.
    public func attach(
        role: Role, subject: String = "simulated", priorityCap: Int32 = .max,
        makeNode: (any FrameSink) -> any PeerNode
    ) -> MemoryLink {
        let admission = Admission(role: role, subject: subject, priorityCap: priorityCap, holder: subject)
        let link = MemoryLink(self, admission, makeNode)
        push(.connect(link), after: delay())
        return link
    }

    /// The controller's node may have sent, or marked a session busy: call it after its turn.
    public func watchDesk() {
        guard let desk, desk.nextTimer < deskTimer || desk.hasLosses else { return }
        deskTimer = desk.hasLosses ? now : desk.nextTimer
        queue.push(.desk(desk), at: deskTimer)
    }

    // MARK: Time

    /// When the next step is due; `.never` if nothing will ever happen by itself.
    public var nextTimer: Instant { queue.nextTime ?? .never }

    /// Does the next thing, moving time on to it.
    public func step() -> Step {
        guard let (at, event) = queue.pop() else { return .nothing }
        return perform(event, at: at)
    }

    /// Moves time on to a moment that is not behind the next step.
    public func advance(to moment: Instant) {
        precondition(moment <= nextTimer, "a step is due before")
        now = max(now, moment)
    }

    /// Moves the clock on by so much at once, as when the machine was suspended: what was due meanwhile
    /// happens now.
    public func jump(by nanoseconds: Int64) { now = now + max(0, nanoseconds) }

    private func perform(_ event: MemoryQueue.Event, at moment: Instant) -> Step {
        now = max(now, moment)
        switch event {
        case .connect(let link):
            guard desk != nil, !link.isCut else {
                if !link.isDead { push(.connect(link), after: reconnectNanoseconds) }
                return .nothing
            }
            guard !link.isDead, !link.isUp else { return .nothing }
            routingCount += 1
            links[routingCount] = link
            link.open(routing: routingCount, at: now)
            return .peer(link)
        case .toController(let link, let routing):
            guard links[routing] === link, link.routing == routing, let desk, let handler,
                let frame = link.nextToController()
            else { return .nothing }
            desk.begin(at: now)
            frame.withUnsafeBytes { desk.arrived($0, from: address(routing), link, to: handler) }
            desk.deliverLosses(to: handler)
            watchDesk()
            return .controller
        case .toPeer(let link, let routing):
            guard link.routing == routing, link.isUp, let frame = link.nextToPeer() else { return .nothing }
            link.arrived(frame, at: now)
            return .peer(link)
        case .gone(let routing):
            links[routing] = nil
            return .nothing
        case .timer(let link):
            link.timer(at: now)
            return .peer(link)
        case .desk(let owner):
            guard let desk, owner === desk, let handler else { return .nothing }
            deskTimer = .never
            desk.begin(at: now)
            desk.tick(at: now)
            desk.deliverLosses(to: handler)
            watchDesk()
            return .controller
        }
    }

    // MARK: For links and carrier

    func address(_ routing: UInt32) -> LinkAddress { LinkAddress(socket: 0, routing: routing) }

    func push(_ event: MemoryQueue.Event, after nanoseconds: Int64) {
        queue.push(event, at: now + max(0, nanoseconds))
    }

    func push(_ event: MemoryQueue.Event, at moment: Instant) { queue.push(event, at: max(moment, now)) }

    func carry(_ frame: Frame, to address: LinkAddress) -> SendOutcome {
        guard let link = links[address.routing] else { return .unreachable }
        if link.isBlocked { return .wouldBlock }
        if link.isUp, link.routing == address.routing { link.carryToPeer(frame) }
        return .sent
    }
}

/// Lets the peers in whom the simulation attached, in the role that it gave them.
private final class MemoryGate: HelloGate {
    func admit(_ hello: HelloMessage, from origin: any FrameOrigin, at now: Instant) throws(HelloRefusal)
        -> Admission
    {
        guard let link = origin as? MemoryLink else { throw HelloRefusal(.grant, "not a simulated peer") }
        return link.admission
    }

    func revision() -> UInt64 { 0 }
    func objection(to admission: Admission, at now: Instant) -> HelloRefusal? { nil }
}

private final class MemoryCarrier: FrameCarrier {
    private unowned let network: MemoryNetwork
    init(_ network: MemoryNetwork) { self.network = network }
    func carry(_ frame: Frame, to address: LinkAddress) -> SendOutcome { network.carry(frame, to: address) }
}
