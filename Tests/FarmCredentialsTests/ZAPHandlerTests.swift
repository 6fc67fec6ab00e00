import Synchronization
import Testing
import ZeroMQ

@testable import FarmCredentials

@Suite(.timeLimit(.minutes(1)))
struct ZAPHandlerTests {
    private final class Farm {
        let profile: Profile
        let context: Context
        let handler: ZAPHandler
        let refusals = Refusals()

        init(toldPerSecond: Int = 5) throws {
            profile = try Profile()
            context = try Context()
            let refusals = refusals
            handler = try ZAPHandler(
                context: context.rawPointer, registry: KeyRegistry(profile.directory),
                toldPerSecond: toldPerSecond
            ) { refusal in refusals.add(refusal) }
        }

        deinit { handler.stop() }

        func router(_ endpoint: String = "tcp://127.0.0.1:*") throws -> Socket {
            let router = try Socket(context, .router)
            try router.serveCurve(
                secretKey: CurveKey(bytes: profile.identity.transportKeys.secretKey.reveal()),
                zapDomain: "farm")
            try router.bind(endpoint)
            return router
        }

        func dealer(_ capability: Capability, serverKey: TransportKey? = nil) throws -> Socket {
            let dealer = try Socket(context, .dealer)
            try dealer.useCurve(
                serverKey: CurveKey(bytes: (serverKey ?? capability.grant.controllerKey).bytes),
                keys: CurveKeyPair(
                    publicKey: CurveKey(bytes: capability.grant.publicKey.bytes),
                    secretKey: CurveKey(bytes: capability.secretKey.reveal())))
            return dealer
        }

        /// nil when admitted, else how the handshake failed as the peer sees it.
        func attempt(_ dealer: borrowing Socket, _ endpoint: String) throws -> HandshakeFailure? {
            var monitor = try SocketMonitor(dealer)
            try dealer.connect(endpoint)
            var poller = Poller()
            _ = poller.add(monitor)
            while try poller.wait(milliseconds: 20_000) > 0 {
                while let event = try monitor.next() {
                    switch event {
                    case .handshakeSucceeded: return nil
                    case .handshakeFailed(_, let reason): return reason
                    default: continue
                    }
                }
            }
            Issue.record("the handshake did not end")
            return nil
        }
    }

    private final class Refusals: Sendable {
        private let list = Mutex<[Refusal]>([])
        func add(_ refusal: Refusal) { list.withLock { $0.append(refusal) } }
        var all: [Refusal] { list.withLock { $0 } }
    }

    private func receive(_ socket: borrowing Socket) throws -> (bytes: [UInt8], userID: String?)? {
        var poller = Poller()
        _ = poller.add(socket)
        guard try poller.wait(milliseconds: 20_000) > 0 else { return nil }
        var message = Message()
        var last: (bytes: [UInt8], userID: String?)?
        while try socket.receive(into: &message) {
            last = (message.withUnsafeBytes { Array($0) }, message.property("User-Id"))
            if !message.more { break }
        }
        return last
    }

    @Test(arguments: Role.allCases)
    func `an issued key comes in and its messages say who it is`(role: Role) throws {
        let farm = try Farm()
        let router = try farm.router()
        let capability = try farm.profile.issue(role, subject: "ada:1")
        let dealer = try farm.dealer(capability)
        #expect(try farm.attempt(dealer, router.lastEndpoint) == nil)
        try [UInt8]([1, 2, 3]).withUnsafeBytes { try dealer.send($0) }
        let got = try #require(try receive(router))
        #expect(got.bytes == [1, 2, 3])
        let id = try #require(got.userID.flatMap { UserID(text: $0) })
        #expect(id == UserID(role: role, serial: capability.grant.serial, subject: "ada:1"))
        #expect(farm.handler.admittedCount == 1)
        #expect(farm.handler.refusedCount == 0)
    }

    @Test func `an unknown key is refused with reason`() throws {
        let farm = try Farm()
        let stranger = try Profile().issue()
        try expectRefusal(farm, stranger, .unknownKey, serial: nil)
    }

    @Test func `an expired key is refused with reason`() throws {
        let farm = try Farm()
        let capability = try farm.profile.issue(expires: 1)
        try expectRefusal(farm, capability, .expired, serial: capability.grant.serial)
    }

    @Test func `a key revoked while the controller runs is refused with reason`() throws {
        let farm = try Farm()
        let router = try farm.router()
        let capability = try farm.profile.issue()
        let first = try farm.dealer(capability)
        #expect(try farm.attempt(first, router.lastEndpoint) == nil)
        try farm.profile.issuer.revoke(serial: capability.grant.serial)
        try expectRefusal(farm, capability, .revoked, serial: capability.grant.serial)
    }

    private func expectRefusal(
        _ farm: Farm, _ capability: Capability, _ reason: RefusalReason, serial: String?
    ) throws {
        let router = try farm.router()
        let dealer = try farm.dealer(capability, serverKey: farm.profile.identity.transportKeys.publicKey)
        #expect(try farm.attempt(dealer, router.lastEndpoint) == .refused(status: 400))
        let refusal = try #require(farm.refusals.all.first)
        #expect(refusal.reason == reason)
        #expect(refusal.address == "127.0.0.1")
        #expect(refusal.fingerprint == capability.grant.publicKey.fingerprint)
        #expect(refusal.serial == serial)
        #expect(!"\(refusal)".contains(capability.grant.publicKey.z85))
        #expect(farm.handler.refusedCount >= 1)
    }

    @Test func `a wrong server key fails before the handler is asked`() throws {
        let farm = try Farm()
        let router = try farm.router()
        let wrong = try TransportKeyPair.generate().publicKey
        let dealer = try farm.dealer(farm.profile.issue(), serverKey: wrong)
        let failure = try #require(try farm.attempt(dealer, router.lastEndpoint))
        guard case .broken = failure else {
            Issue.record("failed as \(failure)")
            return
        }
        #expect(farm.handler.admittedCount == 0 && farm.handler.refusedCount == 0)
    }

    @Test func `a peer without CURVE is refused where a domain is set`() throws {
        let farm = try Farm()
        let router = try Socket(farm.context, .router)
        try router.set(.zapDomain, "farm")
        try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(farm.context, .dealer)
        #expect(try farm.attempt(dealer, router.lastEndpoint) == .refused(status: 400))
        #expect(farm.refusals.all.first?.reason == .notCurve)
    }

    @Test func `CURVE over ipc is admitted by the same keys`() throws {
        let farm = try Farm()
        let router = try farm.router("ipc://\(farm.profile.path)/s")
        let dealer = try farm.dealer(farm.profile.issue())
        #expect(try farm.attempt(dealer, router.lastEndpoint) == nil)
    }

    @Test func `a context has one handler, and another after it has stopped`() throws {
        let farm = try Farm()
        let registry = try KeyRegistry(farm.profile.directory)
        #expect(code { try ZAPHandler(context: farm.context.rawPointer, registry: registry) { _ in } } == .io)
        farm.handler.stop()
        farm.handler.stop()
        let second = try ZAPHandler(context: farm.context.rawPointer, registry: registry) { _ in }
        second.stop()
    }

    @Test func `after the handler has stopped nobody comes in`() throws {
        let farm = try Farm()
        let router = try farm.router()
        farm.handler.stop()
        let dealer = try farm.dealer(farm.profile.issue())
        #expect(try farm.attempt(dealer, router.lastEndpoint) != nil)
    }

    @Test func `a bad request is answered and does not stop the handler`() throws {
        let farm = try Farm()
        let asker = try Socket(farm.context, .req)
        try asker.connect("inproc://zeromq.zap.01")
        for frames in [[[]], [Array("9.9".utf8), [1]], Array(repeating: [1], count: 40)] as [[[UInt8]]] {
            for (index, frame) in frames.enumerated() {
                try frame.withUnsafeBytes { try asker.send($0, more: index + 1 < frames.count) }
            }
            #expect(try receive(asker) != nil)
        }
        #expect(farm.refusals.all.map(\.reason) == Array(repeating: .badRequest, count: 3))
        let router = try farm.router()
        let dealer = try farm.dealer(farm.profile.issue())
        #expect(try farm.attempt(dealer, router.lastEndpoint) == nil)
    }

    @Test func `refusals beyond the limit are counted and told later`() {
        var limiter = RefusalLimiter(perSecond: 2)
        #expect((0..<5).map { _ in limiter.admit(nowUnixSeconds: 1) } == [0, 0, nil, nil, nil])
        #expect(limiter.admit(nowUnixSeconds: 2) == 3)
        #expect(limiter.admit(nowUnixSeconds: 2) == 0)
    }
}
