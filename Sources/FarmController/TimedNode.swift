import FarmTransport

/// The node, told the time with each message: a turn may take long, and what a message brings has not ended
/// before it came.
final class TimedNode: SessionHandler {
    private let node: ControllerNode
    private let clock: FarmClock

    init(_ node: ControllerNode, _ clock: FarmClock) {
        self.node = node
        self.clock = clock
    }

    func helloArrived(_ arrival: HelloArrival) {
        node.begin(at: clock.now)
        node.helloArrived(arrival)
    }

    func received(_ session: SessionID, _ kind: MessageKind, _ body: UnsafeRawBufferPointer) {
        node.begin(at: clock.now)
        node.received(session, kind, body)
    }

    func sessionLost(_ session: SessionID, _ reason: SessionLoss) {
        node.begin(at: clock.now)
        node.sessionLost(session, reason)
    }
}
