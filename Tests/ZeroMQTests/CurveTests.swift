import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct CurveTests {
    @Test func `a key pair survives Z85 and its public half can be computed`() throws {
        let pair = try CurveKeyPair.generate()
        #expect(try CurveKey(z85: pair.secretKey.z85) == pair.secretKey)
        #expect(try CurveKeyPair(secretKey: pair.secretKey) == pair)
        #expect(pair.publicKey.withUnsafeBytes { try? CurveKey(bytes: Array($0)) } == pair.publicKey)
        #expect(try CurveKeyPair.generate() != pair)
    }

    @Test(arguments: [
        "", "short", String(repeating: "\"", count: 40), String(repeating: "a", count: 45), "é",
    ])
    func `text that is no key is refused`(text: String) {
        let error = #expect(throws: ZeroMQError.self) { try CurveKey(z85: text) }
        #expect(error?.code == .invalidKey)
    }

    @Test func `Z85 agrees with its specification`() {
        #expect(Z85.encode([0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B]) == "HelloWorld")
        #expect(Z85.decode("HelloWorld") == [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B])
        #expect(Z85.encode([1, 2, 3]) == nil)
        #expect(Z85.decode("~~~~~") == nil)
    }

    @Test func `a key is never shown`() throws {
        let pair = try CurveKeyPair.generate()
        var dumped = ""
        dump(pair, to: &dumped)
        for text in [String(describing: pair), String(reflecting: pair), "\(pair.secretKey)", dumped] {
            #expect(!text.contains(pair.secretKey.z85))
            #expect(!text.contains("bytes"))
        }
    }

    @Test func `without a ZAP handler a CURVE server admits nobody`() throws {
        let context = try Context()
        let server = try CurveKeyPair.generate()
        let router = try Socket(context, .router)
        try router.serveCurve(secretKey: server.secretKey, zapDomain: "farm")
        try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(context, .dealer)
        var monitor = try SocketMonitor(dealer)
        try dealer.useCurve(serverKey: server.publicKey, keys: .generate())
        try dealer.connect(router.lastEndpoint)
        let isAdmitted = try monitor.first { event -> Bool? in
            switch event {
            case .handshakeSucceeded: true
            case .handshakeFailed: false
            default: nil
            }
        }
        #expect(isAdmitted == false)
    }

    @Test func `an empty ZAP domain is refused`() throws {
        let router = try Socket(try Context(), .router)
        let keys = try CurveKeyPair.generate()
        #expect(throws: ZeroMQError.self) { try router.serveCurve(secretKey: keys.secretKey, zapDomain: "") }
    }

    @Test func `a peer without CURVE fails the handshake`() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.serveCurve(secretKey: CurveKeyPair.generate().secretKey, zapDomain: "farm")
        try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(context, .dealer)
        var monitor = try SocketMonitor(router)
        try dealer.connect(router.lastEndpoint)
        let reason = try monitor.first { event -> HandshakeFailure? in
            if case .handshakeFailed(_, let reason) = event { reason } else { nil }
        }
        #expect(reason == .mechanismMismatch)
    }
}
