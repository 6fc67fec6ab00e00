/// The controller's way out: where its node puts the messages for its peers.
///
/// A real endpoint and a simulated one look the same from here. Calls come from the thread that runs the
/// node, and may be made from within a `SessionHandler` call.
public protocol SessionSink: AnyObject {
    /// Sends one message to one session; `body` is read before the call returns.
    @discardableResult
    func send(_ session: SessionID, _ kind: MessageKind, body: UnsafeRawBufferPointer) -> SendOutcome
    /// As that, of a body in two parts: `head`, which fits a frame and is not empty, then `body`.
    @discardableResult
    func send(
        _ session: SessionID, _ kind: MessageKind, head: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
    ) -> SendOutcome
    /// Says whether the session holds live work: then its link is tried every 250 ms, so that a dead peer is
    /// noticed well within a second.
    func setBusy(_ session: SessionID, _ isBusy: Bool)
    /// Tells the session what was wrong, once, and mutes it. The handler is told that it is lost at the next
    /// turn.
    func mute(_ session: SessionID, code: WireCode, message: String)
    /// Forgets the session without a word: whatever the peer sends next is answered with hello-first, and it
    /// says hello anew. The handler is not told.
    func reset(_ session: SessionID)
    /// When anything came from the session last; nil if it is not known.
    func lastHeard(_ session: SessionID) -> Instant?
}

extension SessionSink {
    @discardableResult
    public func send(
        _ session: SessionID, _ kind: MessageKind, head: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
    ) -> SendOutcome {
        send(session, kind, body: [UInt8](head) + body)
    }

    /// As `send(_:_:body:)`, for a body that was put together in an array.
    @discardableResult
    public func send(_ session: SessionID, _ kind: MessageKind, body: [UInt8]) -> SendOutcome {
        body.withUnsafeBytes { send(session, kind, body: $0) }
    }
}

/// What became of a message that the controller sent.
public enum SendOutcome: Equatable, Sendable {
    /// It is with the transport.
    case sent
    /// The peer reads too slowly: the message waits in the session's backlog, in order. If the backlog passes
    /// its limit the session is dropped.
    case wouldBlock
    /// The peer is gone (`sessionLost` follows, after what it had still sent), or the session is not known or
    /// muted.
    case unreachable
}
