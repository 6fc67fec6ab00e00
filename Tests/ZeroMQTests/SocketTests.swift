import Glibc
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketTests {
    private func roundTrip(_ endpoint: String) throws {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.bind(endpoint)
        let dealer = try Socket(context, .dealer)
        try dealer.connect(router.lastEndpoint)
        try dealer.send(parts: [[1, 2], [], Array(repeating: 7, count: 100)])
        let request = try #require(try router.receiveParts())
        #expect(request.count == 4)
        #expect(Array(request[1...]) == [[1, 2], [], Array(repeating: 7, count: 100)])
        try router.send(parts: [request[0], [9]])
        #expect(try dealer.receiveParts() == [[9]])
    }

    @Test func `router and dealer talk over tcp`() throws {
        try roundTrip("tcp://127.0.0.1:*")
    }

    @Test func `router and dealer talk over ipc`() throws {
        let scratch = try Scratch()
        try roundTrip("ipc://\(scratch.path)/a")
    }

    @Test func `router and dealer talk over inproc`() throws {
        try roundTrip("inproc://round-trip")
    }

    @Test func `sockets with monitors are closed for good, however many find nobody`() throws {
        let scratch = try Scratch()
        let endpoint = "ipc://\(scratch.path)/gone"
        // A socket file that nobody listens behind.
        do { try Socket(try Context(), .router).bind(endpoint) }
        let context = try Context(maxSockets: 32)
        // Sockets are closed by a thread of ZeroMQ, soon after they are let go: wait for it, not for ever.
        func patiently<Made: ~Copyable>(_ make: () throws -> Made) throws -> Made {
            for _ in 0..<5_000 {
                do { return try make() } catch { usleep(1_000) }
            }
            return try make()
        }
        for _ in 0..<300 {
            let socket = try patiently { try Socket(context, .dealer) }
            try socket.set(.lingerMilliseconds, 0)
            try socket.set(.reconnectIntervalMilliseconds, -1)
            let monitor = try patiently { try SocketMonitor(socket) }
            try socket.connect(endpoint)
            // The socket goes first, with the monitor's events unread.
            _ = consume socket
            _ = consume monitor
        }
        // Nothing hangs in the thread that closes sockets: all of them are free again.
        var held: [SocketBox] = []
        for _ in 0..<20 { held.append(SocketBox(try patiently { try Socket(context, .dealer) })) }
        #expect(held.count == 20)
    }

    /// Keeps a socket in an array.
    private final class SocketBox {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    @Test func `a second bind says address in use`() throws {
        let context = try Context()
        let first = try Socket(context, .router)
        try first.bind("tcp://127.0.0.1:*")
        let endpoint = try first.lastEndpoint
        let second = try Socket(context, .router)
        let error = #expect(throws: ZeroMQError.self) { try second.bind(endpoint) }
        #expect(error?.code == .addressInUse)
        #expect(error?.message.contains(endpoint) == true)
    }

    @Test(arguments: [
        ("nonsense", ZeroMQError.Code.invalidEndpoint), ("tcp://127.0.0.1", .invalidEndpoint),
        ("ipc:///no/such/directory/at-all", .invalidEndpoint),
        ("tcp://no-such-interface0:*", .invalidEndpoint),
        ("ipc:///tmp/" + String(repeating: "x", count: 103), .pathTooLong),
    ])
    func `an endpoint that cannot be bound says why`(endpoint: String, code: ZeroMQError.Code) throws {
        let socket = try Socket(try Context(), .router)
        let error = #expect(throws: ZeroMQError.self) { try socket.bind(endpoint) }
        #expect(error?.code == code)
        #expect(error?.message.contains(endpoint) == true)
    }

    @Test func `an ipc path of 107 bytes is bound`() throws {
        let scratch = try Scratch()
        let name = String(repeating: "y", count: 107 - scratch.path.utf8.count - 1)
        try roundTrip("ipc://\(scratch.path)/\(name)")
    }

    @Test func `a mandatory router says that a peer is unreachable`() throws {
        let router = try Socket(try Context(), .router)
        try router.set(.routerMandatory, true)
        try router.bind("tcp://127.0.0.1:*")
        #expect(try router.trySend([1, 2, 3, 4, 5], more: true) == .hostUnreachable)
    }

    @Test func `a mandatory router says that a peer has gone`() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.set(.routerMandatory, true)
        try router.bind("tcp://127.0.0.1:*")
        var monitor = try SocketMonitor(router)
        let id = try withPeer(context, router.lastEndpoint) { try #require(try router.receiveParts())[0] }
        let isGone = try monitor.first { event -> Bool? in
            if case .disconnected = event { true } else { nil }
        }
        #expect(isGone == true)
        // The event comes from the I/O thread, which tells the socket a moment later; `events`, as a poll
        // does, takes in what it was told, a send alone does so at most once a millisecond.
        while try router.trySend(id, more: true) != .hostUnreachable {
            _ = try router.trySend([])
            _ = try router.events
        }
    }

    private func withPeer<R>(_ context: Context, _ endpoint: String, _ body: () throws -> R) throws -> R {
        let dealer = try Socket(context, .dealer)
        try dealer.connect(endpoint)
        try dealer.send(parts: [[1]])
        return try body()
    }

    @Test func `a full queue would block and nothing is taken`() throws {
        let dealer = try Socket(try Context(), .dealer)
        try dealer.set(.sendHighWaterMark, 2)
        try dealer.connect("tcp://127.0.0.1:1")
        #expect(try dealer.trySend([1]) == .sent)
        #expect(try dealer.trySend([2]) == .sent)
        #expect(try dealer.trySend([3]) == .wouldBlock)
        #expect(try dealer.trySend(SharedMessage(count: 100_000) { _ in }) == .wouldBlock)
    }

    @Test func `immediate keeps messages from connections that are not there`() throws {
        let dealer = try Socket(try Context(), .dealer)
        try dealer.set(.immediate, true)
        try dealer.connect("tcp://127.0.0.1:1")
        #expect(try dealer.trySend([1]) == .wouldBlock)
    }

    @Test func `a message over the limit ends the connection`() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.set(.maxMessageBytes, 1000)
        #expect(try router.get(.maxMessageBytes) == 1000)
        try router.bind("tcp://127.0.0.1:*")
        var monitor = try SocketMonitor(router)
        let dealer = try Socket(context, .dealer)
        try dealer.connect(router.lastEndpoint)
        try dealer.send(parts: [Array(repeating: 0, count: 1001)])
        let isGone = try monitor.first { event -> Bool? in
            if case .disconnected = event { true } else { nil }
        }
        #expect(isGone == true)
        #expect(try router.receiveParts(within: 0) == nil)
    }

    @Test func `every option can be set`() throws {
        let socket = try Socket(try Context(), .router)
        let numbers: [SocketOption<Int>] = [
            .sendHighWaterMark, .receiveHighWaterMark, .lingerMilliseconds, .maxMessageBytes,
            .reconnectIntervalMilliseconds, .reconnectIntervalMaxMilliseconds, .heartbeatIntervalMilliseconds,
            .heartbeatTimeoutMilliseconds, .heartbeatTTLMilliseconds, .handshakeIntervalMilliseconds,
            .backlog,
            .sendTimeoutMilliseconds, .kernelSendBufferBytes, .kernelReceiveBufferBytes, .tcpKeepAlive,
            .tcpKeepAliveIdleSeconds, .tcpKeepAliveIntervalSeconds, .tcpKeepAliveCount,
        ]
        for option in numbers { try socket.set(option, 1) }
        for option in [SocketOption<Bool>.routerMandatory, .immediate, .ipv6, .enforceZAPDomain] {
            try socket.set(option, true)
        }
        try socket.set(.zapDomain, "farm")
        #expect(try socket.get(.sendHighWaterMark) == 1)
        #expect(try socket.get(.ipv6))
        #expect(throws: ZeroMQError.self) { try socket.set(.sendHighWaterMark, 1 << 40) }
    }

    @Test func `shutting down wakes a waiting thread and frees its sockets`() throws {
        let context = try Context()
        let mailbox = try Mailbox<String>()
        let thread = try LoopThread(name: "waits") {
            do {
                let socket = try Socket(context, .router)
                var poller = Poller()
                _ = poller.add(socket)
                mailbox.push("ready")
                _ = try poller.wait(milliseconds: -1)
                mailbox.push("woken")
            } catch let error as ZeroMQError {
                mailbox.push(error.code.description)
            } catch {}
        }
        var poller = Poller()
        _ = poller.add(mailbox.wakeup)
        _ = try poller.wait(milliseconds: 10_000)
        context.shutdown()
        thread.join()
        var said: [String] = []
        mailbox.drain(into: &said)
        #expect(said == ["ready", "terminated"])
    }

    @Test func `a bound address is free again after unbind`() throws {
        let context = try Context()
        let first = try Socket(context, .router)
        try first.bind("tcp://127.0.0.1:*")
        let endpoint = try first.lastEndpoint
        var monitor = try SocketMonitor(first)
        try first.unbind(endpoint)
        let isClosed = try monitor.first { event -> Bool? in
            if case .closed = event { true } else { nil }
        }
        #expect(isClosed == true)
        try first.bind(endpoint)
    }
}
