import ZeroMQ

/// One ROUTER socket that listens, and the message it is reading.
final class Listener: FrameOrigin {
    let port: PortKind
    let isEncrypted: Bool
    let endpoint: String
    let socket: Socket
    private var routing = Message()
    private var frame = Message()
    private var monitor: SocketMonitor
    private var handshakes = Handshakes()

    init(_ listen: Listen, context: Context, keys: TransportKeyPair) throws(TransportError) {
        port = listen.port
        if case .tcp = listen.transport { isEncrypted = true } else { isEncrypted = false }
        socket = try Listener.open(listen, context, keys)
        monitor = try Listener.listen(socket, listen)
        endpoint = (try? socket.lastEndpoint) ?? listen.endpoint
    }

    private static func open(
        _ listen: Listen, _ context: Context, _ keys: TransportKeyPair
    ) throws(TransportError) -> Socket {
        do throws(ZeroMQError) {
            let socket = try Socket(context, .router)
            try socket.set(.routerMandatory, true)
            try socket.set(.lingerMilliseconds, 0)
            try socket.set(.maxMessageBytes, Channel.socketBytes)
            try socket.set(.sendHighWaterMark, highWaterMark)
            try socket.set(.receiveHighWaterMark, highWaterMark)
            try socket.set(.backlog, 1024)
            try socket.set(.handshakeIntervalMilliseconds, 10_000)
            if case .tcp = listen.transport {
                try socket.set(.tcpKeepAlive, 1)
                try socket.serveCurve(
                    secretKey: try CurveKey(bytes: keys.secretKey.reveal()), zapDomain: "farm")
            }
            return socket
        } catch {
            throw TransportError(binding: listen, error)
        }
    }

    private static func listen(
        _ socket: borrowing Socket, _ listen: Listen
    ) throws(TransportError) -> SocketMonitor {
        do throws(ZeroMQError) {
            let monitor = try SocketMonitor(socket)
            try socket.bind(listen.endpoint)
            return monitor
        } catch {
            throw TransportError(binding: listen, error)
        }
    }

    // MARK: Connections

    /// Adds what tells of connections.
    func joinMonitor(_ poller: inout Poller) -> Int { poller.add(monitor) }

    /// Why a peer did not get through the handshake, of the events that wait; nil if none tells of that. Keys
    /// that are refused are the ZAP handler's to tell.
    func nextFailure() throws(ZeroMQError) -> HandshakeFailure? {
        while let event = try monitor.next() {
            if let reason = handshakes.take(event) { return reason }
        }
        return nil
    }

    /// Frames that may wait for, or from, one peer inside ZeroMQ.
    private static let highWaterMark = 1000

    // MARK: In

    /// What reading brought.
    enum Reading {
        case nothing
        /// A frame of the peer that the ROUTER calls so; see `withFrame`.
        case frame(UInt32)
        /// A frame of a peer that named itself, or one in several parts: not for us.
        case foreign
    }

    /// Reads the next message; it stays here until the next call.
    func read() throws(ZeroMQError) -> Reading {
        guard try socket.receive(into: &routing) else { return .nothing }
        guard routing.more, try socket.receive(into: &frame) else { return .foreign }
        var isForeign = false
        while frame.more {
            isForeign = true
            guard try socket.receive(into: &frame) else { break }
        }
        let number = routing.withUnsafeBytes { bytes -> UInt32? in
            // The ids that a ROUTER makes: a zero byte and a number.
            guard bytes.count == 5, bytes[0] == 0 else { return nil }
            return bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
        }
        guard let number, !isForeign else { return .foreign }
        return .frame(number)
    }

    /// Lends the bytes of the frame that was read last.
    func withFrame(_ body: (UnsafeRawBufferPointer) -> Void) { frame.withUnsafeBytes { body($0) } }

    var userID: String? { isEncrypted ? frame.property("User-Id") ?? "" : nil }

    var address: String { isEncrypted ? frame.property("Peer-Address") ?? "tcp" : "ipc" }

    // MARK: Out

    /// Sends one frame to the peer called so, without waiting; `scratch` has room for a small frame.
    func send(
        _ frame: Frame, to routing: UInt32, scratch: UnsafeMutableRawBufferPointer
    ) throws(ZeroMQError) -> SendOutcome {
        var id: (UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0)
        let result = try Swift.withUnsafeMutableBytes(of: &id) { bytes throws(ZeroMQError) in
            bytes.storeBytes(of: routing, toByteOffset: 1, as: UInt32.self)
            return try socket.trySend(UnsafeRawBufferPointer(bytes), more: true)
        }
        switch result {
        case .wouldBlock: return .wouldBlock
        case .hostUnreachable: return .unreachable
        case .sent: break
        }
        // The second part cannot be refused once the first was taken.
        if frame.count <= scratch.count {
            frame.write(to: scratch)
            _ = try socket.trySend(UnsafeRawBufferPointer(rebasing: scratch[..<frame.count]))
        } else {
            _ = try socket.trySend(SharedMessage(count: frame.count) { frame.write(to: $0) })
        }
        return .sent
    }
}
