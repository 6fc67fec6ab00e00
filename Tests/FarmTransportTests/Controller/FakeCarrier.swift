import FarmTransport

/// Notes the frames that a desk sends, and answers as it is told.
final class FakeCarrier: FrameCarrier {
    private(set) var frames: [(address: LinkAddress, kind: MessageKind, sequence: UInt64, body: [UInt8])] = []
    var gone: Set<LinkAddress> = []
    var full: Set<LinkAddress> = []

    func carry(_ frame: Frame, to address: LinkAddress) -> SendOutcome {
        if gone.contains(address) { return .unreachable }
        if full.contains(address) { return .wouldBlock }
        frames.append((address, frame.header.kind, frame.header.sequence, Array(frame.body)))
        return .sent
    }

    func count(_ kind: MessageKind, to address: LinkAddress? = nil) -> Int {
        frames.filter { $0.kind == kind && (address == nil || $0.address == address) }.count
    }
}

/// Lets everybody in as the test says.
final class FakeGate: HelloGate {
    var role = Role.taskClient
    var holder = "1"
    var refusal: HelloRefusal?
    var withdrawn: Set<String> = []
    var revisionCount: UInt64 = 0

    func admit(_ hello: HelloMessage, from origin: any FrameOrigin, at now: Instant) throws(HelloRefusal)
        -> Admission
    {
        if let refusal { throw refusal }
        return Admission(role: role, subject: "tester", priorityCap: 10, holder: holder)
    }

    func revision() -> UInt64 { revisionCount }

    func objection(to admission: Admission, at now: Instant) -> HelloRefusal? {
        withdrawn.contains(admission.holder) ? HelloRefusal(.revoked, "taken back") : nil
    }
}

struct FakeOrigin: FrameOrigin {
    var port = PortKind.client
    var userID: String?
    var address = "test"
}

/// Notes what a desk tells the node.
final class FakeHandler: SessionHandler {
    var arrivals: [HelloArrival] = []
    var messages: [(SessionID, MessageKind, [UInt8])] = []
    var losses: [(SessionID, SessionLoss)] = []
    var onMessage: (SessionID) -> Void = { _ in }

    func helloArrived(_ arrival: HelloArrival) { arrivals.append(arrival) }

    func received(_ session: SessionID, _ kind: MessageKind, _ body: UnsafeRawBufferPointer) {
        messages.append((session, kind, Array(body)))
        onMessage(session)
    }

    func sessionLost(_ session: SessionID, _ reason: SessionLoss) { losses.append((session, reason)) }
}
