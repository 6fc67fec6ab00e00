import FarmTransport

/// A client or an engine that says hello and notes what it gets.
final class TestNode: PeerNode {
    enum Entry: Sendable, Equatable {
        case connected
        case disconnected
        case welcome(SessionID)
        case message(MessageKind, [UInt8])
    }

    var grant: [UInt8] = []
    var hello: HelloMessage
    private unowned let sink: any FrameSink
    private let note: (Entry) -> Void
    var turns = 0
    let nextTimer = Instant.never

    init(_ sink: any FrameSink, role: Role, key: UInt64, note: @escaping (Entry) -> Void) {
        self.sink = sink
        self.note = note
        let key = UniqueKey(high: 5, low: key)
        hello =
            role == .engine
            ? HelloMessage(engine: EngineInfo(key: key, name: "e\(key.low)"), claims: [], grant: [])
            : HelloMessage(client: key, grant: [])
    }

    func connected(at now: Instant) {
        note(.connected)
        hello.grant = grant
        sink.send(.hello, body: hello.encoded)
    }

    func disconnected(at now: Instant) { note(.disconnected) }

    func receive(kind: MessageKind, body: UnsafeRawBufferPointer, at now: Instant) {
        if kind == .welcome, let welcome = try? WelcomeMessage(decoding: body) {
            return note(.welcome(welcome.session))
        }
        note(.message(kind, Array(body)))
    }

    func tick(at now: Instant) {}
    func endTurn(at now: Instant) { turns += 1 }

    func send(_ kind: MessageKind, _ body: [UInt8]) { sink.send(kind, body: body) }
}
