import FarmTransport

/// Stands between the node and its connection, because the node is also called from threads that must not
/// touch the socket: what it sends then is held until the I/O thread's next turn.
///
/// Used under the lock of `EngineCore` only.
final class TurnSink: FrameSink {
    /// The connection. It lives as long as the loop that makes the turns.
    private unowned let connection: any FrameSink
    private var isInTurn = false
    private var held: [(kind: MessageKind, body: [UInt8])] = []

    init(_ connection: any FrameSink) { self.connection = connection }

    /// The calling thread is the I/O thread until `endTurn`.
    func beginTurn() {
        isInTurn = true
        guard !held.isEmpty else { return }
        for message in held { connection.send(message.kind, body: message.body) }
        held.removeAll(keepingCapacity: true)
    }

    func endTurn() { isInTurn = false }

    /// The session is over: what was held for it is void, and sent again in the next one if it matters.
    func forget() { held.removeAll() }

    func send(_ kind: MessageKind, body: UnsafeRawBufferPointer) {
        if isInTurn { return connection.send(kind, body: body) }
        held.append((kind, Array(body)))
    }
}
