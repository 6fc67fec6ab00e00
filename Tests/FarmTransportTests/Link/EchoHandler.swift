import FarmTransport

/// A controller's node that welcomes everybody, notes all, and answers each query with its own bytes.
final class EchoHandler: SessionHandler {
    enum Entry: Sendable, Equatable {
        case hello(SessionID, Role, subject: String, address: String)
        case message(SessionID, MessageKind, [UInt8])
        case lost(SessionID, SessionLoss)
    }

    var sink: (any SessionSink)?
    var heartbeatMilliseconds: UInt32 = 2000
    private let note: (Entry) -> Void

    init(note: @escaping (Entry) -> Void) { self.note = note }

    func helloArrived(_ arrival: HelloArrival) {
        let welcome = WelcomeMessage(
            session: arrival.session, epoch: 1, farm: "test", heartbeatMilliseconds: heartbeatMilliseconds,
            windowBytes: 1 << 20, role: arrival.role.rawValue, subject: arrival.subject)
        sink?.send(arrival.session, .welcome, body: welcome.encoded)
        note(.hello(arrival.session, arrival.role, subject: arrival.subject, address: arrival.address))
    }

    func received(_ session: SessionID, _ kind: MessageKind, _ body: UnsafeRawBufferPointer) {
        if kind == .query { sink?.send(session, .reply, body: body) }
        note(.message(session, kind, Array(body)))
    }

    func sessionLost(_ session: SessionID, _ reason: SessionLoss) { note(.lost(session, reason)) }
}
