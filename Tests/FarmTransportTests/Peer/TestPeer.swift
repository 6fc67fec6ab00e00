import FarmTransport

/// A real peer whose node notes what it gets.
final class TestPeer: Sendable {
    let journal = Journal<TestNode.Entry>()
    let events = Journal<PeerEvent>()
    let loop: PeerLoop<TestNode>

    init(
        _ source: CapabilitySource, role: Role, key: UInt64 = .random(in: 1 ... .max),
        _ change: (inout PeerOptions) -> Void = { _ in }
    ) throws {
        var options = PeerOptions()
        change(&options)
        let journal = journal
        let events = events
        loop = try PeerLoop(
            name: "peer", source: source, options: options,
            makeNode: { sink in TestNode(sink, role: role, key: key) { journal.add($0) } },
            onEvent: { events.add($0) })
    }

    deinit {
        loop.stop(flushNanoseconds: 0)
        loop.join()
    }

    func send(_ kind: MessageKind, _ body: [UInt8]) { loop.perform { node, _ in node.send(kind, body) } }

    /// The session that it was welcomed in, waiting for it.
    @discardableResult
    func welcomed(after skip: Int = 0) async -> SessionID {
        let entry = await journal.first(skipping: skip) { if case .welcome = $0 { true } else { false } }
        guard case .welcome(let session) = entry else { return SessionID(0) }
        return session
    }

    func reply(after skip: Int = 0) async -> [UInt8] {
        let entry = await journal.first(skipping: skip) {
            if case .message(.reply, _) = $0 { true } else { false }
        }
        guard case .message(_, let body) = entry else { return [] }
        return body
    }

    func failure() async -> TransportError? {
        let event = await events.first { if case .failed = $0 { true } else { false } }
        guard case .failed(let error) = event else { return nil }
        return error
    }
}
