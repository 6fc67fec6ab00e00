import FarmTransport

/// Keeps what a node sends.
final class RecordingSink: FrameSink {
    var messages: [(kind: MessageKind, body: [UInt8])] = []

    func send(_ kind: MessageKind, body: UnsafeRawBufferPointer) { messages.append((kind, [UInt8](body))) }

    var kinds: [MessageKind] { messages.map(\.kind) }

    /// What was sent since the last call.
    func take() -> [(kind: MessageKind, body: [UInt8])] {
        defer { messages = [] }
        return messages
    }

    /// The only message of this kind since the last `take`.
    func only<Message: WireMessage>(_ kind: MessageKind, as type: Message.Type) throws -> Message {
        let found = messages.filter { $0.kind == kind }
        guard found.count == 1 else { throw NotOne(kind: kind, count: found.count) }
        return try Message(decoding: found[0].body)
    }

    struct NotOne: Error {
        var kind: MessageKind
        var count: Int
    }
}

extension PeerNode {
    func receive(_ kind: MessageKind, _ body: [UInt8], at now: Instant) {
        body.withUnsafeBytes { receive(kind: kind, body: $0, at: now) }
    }
}

func welcome(window: UInt64 = 1 << 20, largest: UInt64 = 1 << 20) -> [UInt8] {
    WelcomeMessage(
        session: SessionID(1), epoch: 1, farm: "test", heartbeatMilliseconds: 1000, windowBytes: window,
        largestMessage: largest, engine: EngineID(4), role: "test", subject: "me"
    ).encoded
}
