import FarmTransport

/// A desk with fakes around it, under virtual time.
final class DeskFixture {
    let carrier = FakeCarrier()
    let gate = FakeGate()
    let handler = FakeHandler()
    let desk: SessionDesk
    private(set) var lines: () -> [String] = { [] }
    private(set) var now = Instant(nanoseconds: .seconds(1000))
    private var channels: [LinkAddress: Channel] = [:]

    init(_ change: (inout SessionLimits) -> Void = { _ in }) {
        var limits = SessionLimits()
        change(&limits)
        final class Lines { var all: [String] = [] }
        let lines = Lines()
        desk = SessionDesk(limits: limits, gate: gate, carrier: carrier, at: now) { lines.all.append($0) }
        self.lines = { lines.all }
    }

    static func address(_ number: UInt32) -> LinkAddress { LinkAddress(socket: 0, routing: number) }

    /// Raw bytes of a connection.
    func raw(_ bytes: [UInt8], from number: UInt32, _ origin: FakeOrigin = FakeOrigin()) {
        desk.begin(at: now)
        bytes.withUnsafeBytes { desk.arrived($0, from: Self.address(number), origin, to: handler) }
        desk.deliverLosses(to: handler)
    }

    /// A message of a well-behaved peer.
    func send(
        _ kind: MessageKind, _ body: [UInt8] = [], from number: UInt32, _ origin: FakeOrigin = FakeOrigin()
    ) {
        var channel = kind == .hello ? Channel() : channels[Self.address(number)] ?? Channel()
        let frames = body.withUnsafeBytes { bytes in
            var message = OutgoingMessage(kind, body: bytes)
            var frames: [[UInt8]] = []
            while let frame = channel.next(of: &message) { frames.append(frame.bytes) }
            return frames
        }
        channels[Self.address(number)] = channel
        for frame in frames { raw(frame, from: number, origin) }
    }

    /// Says hello; returns the session if it was let in.
    @discardableResult
    func hello(
        from number: UInt32, key: UInt64 = 0, role: Role = .taskClient, _ origin: FakeOrigin? = nil
    ) -> SessionID? {
        gate.role = role
        let unique = UniqueKey(high: 1, low: key == 0 ? UInt64(number) : key)
        let before = handler.arrivals.count
        let hello =
            role == .engine
            ? HelloMessage(engine: EngineInfo(key: unique, name: "e"), claims: [], grant: [])
            : HelloMessage(client: unique, grant: [])
        let origin = origin ?? FakeOrigin(port: role == .engine ? .engine : .client)
        send(.hello, hello.encoded, from: number, origin)
        return handler.arrivals.count > before ? handler.arrivals.last?.session : nil
    }

    func advance(_ nanoseconds: Int64) {
        now = now + nanoseconds
        repeat {
            desk.begin(at: now)
            desk.tick(at: now)
            desk.deliverLosses(to: handler)
        } while desk.hasLosses
    }
}
