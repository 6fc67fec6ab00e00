/// An engine's or a client's protocol logic: a pure machine and the glue to the wire, without socket or
/// clock.
///
/// The loop that drives it (`PeerLoop` over ZeroMQ, `MemoryNetwork` in the simulator) makes every call from
/// one thread, and holds the node strongly; the node holds its `FrameSink` unowned.
public protocol PeerNode: AnyObject, SendableMetatype {
    /// The signed grant of the capability in use, to be sent in the hello. Set before each `connected`.
    var grant: [UInt8] { get set }

    /// A connection is there and no session yet: the node says hello. Also called when the controller has
    /// asked for a hello (it does not know the session); then `disconnected` was called just before.
    func connected(at now: Instant)
    /// The connection is gone, and the session with it. More will follow unless the loop is told to stop.
    func disconnected(at now: Instant)
    /// One message of the controller; `body` is valid during the call. Pings, pongs and hello-first never get
    /// here.
    func receive(kind: MessageKind, body: UnsafeRawBufferPointer, at now: Instant)
    /// The same of a large message, which nobody else has any use for: what is kept of it can stay in this
    /// array, rather than be copied.
    func receive(kind: MessageKind, whole body: [UInt8], at now: Instant)
    /// The moment `nextTimer` named has come.
    func tick(at now: Instant)
    /// When `tick` is wanted; `.never` for not at all. Read after each turn.
    var nextTimer: Instant { get }
    /// All that had come (up to a bound) was handed over: what was held back to be sent together is sent now.
    func endTurn(at now: Instant)
}

extension PeerNode {
    public func receive(kind: MessageKind, whole body: [UInt8], at now: Instant) {
        body.withUnsafeBytes { receive(kind: kind, body: $0, at: now) }
    }
}
