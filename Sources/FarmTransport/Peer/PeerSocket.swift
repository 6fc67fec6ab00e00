import ZeroMQ

/// One attempt at one address, and the link it becomes: a DEALER that never reconnects by itself, with its
/// monitor. So a socket carries one connection in its life, and nothing of an old session gets into a new
/// one.
final class PeerSocket {
    let endpoint: String
    let socket: Socket
    private var monitor: SocketMonitor
    private var message = Message()

    init(
        _ endpoint: String, context: Context, capability: Capability, isEncrypted: Bool
    ) throws(ZeroMQError) {
        self.endpoint = endpoint
        socket = try PeerSocket.open(context, isEncrypted ? capability : nil)
        monitor = try SocketMonitor(socket)
        try socket.connect(endpoint)
    }

    /// - Parameter capability: whose keys encrypt what it carries; nil: nothing does.
    private static func open(_ context: Context, _ capability: Capability?) throws(ZeroMQError) -> Socket {
        let socket = try Socket(context, .dealer)
        try socket.set(.lingerMilliseconds, 0)
        try socket.set(.reconnectIntervalMilliseconds, -1)
        try socket.set(.maxMessageBytes, Channel.socketBytes)
        // What may be unacknowledged is bounded by the window of the welcome, so nothing ever has to wait
        // here.
        try socket.set(.sendHighWaterMark, 0)
        try socket.set(.receiveHighWaterMark, 1000)
        if let capability {
            let grant = capability.grant
            try socket.set(.tcpKeepAlive, 1)
            try socket.useCurve(
                serverKey: try CurveKey(bytes: grant.controllerKey.bytes),
                keys: CurveKeyPair(
                    publicKey: try CurveKey(bytes: grant.publicKey.bytes),
                    secretKey: try CurveKey(bytes: capability.secretKey.reveal())))
        }
        return socket
    }

    /// Adds the socket, then its monitor.
    func join(_ poller: inout Poller) -> (socket: Int, monitor: Int) {
        (poller.add(socket), poller.add(monitor))
    }

    /// The monitor's next event, nil if none waits.
    func nextEvent() throws(ZeroMQError) -> MonitorEvent? { try monitor.next() }

    /// Reads the next frame; `withFrame` lends it until the next call.
    func read() throws(ZeroMQError) -> Bool { try socket.receive(into: &message) }

    func withFrame<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        message.withUnsafeBytes { body($0) }
    }

    func send(_ frame: Frame, scratch: UnsafeMutableRawBufferPointer) throws(ZeroMQError) {
        if frame.count <= scratch.count {
            frame.write(to: scratch)
            _ = try socket.trySend(UnsafeRawBufferPointer(rebasing: scratch[..<frame.count]))
        } else {
            _ = try socket.trySend(SharedMessage(count: frame.count) { frame.write(to: $0) })
        }
    }
}
