/// A peer's side of its session without the socket: framing, pings, silence, saying hello anew. The real loop
/// and the simulator's network both run it.
///
/// Confined to one thread. It lives as long as the node, which sends through it; each link that comes up
/// opens it anew.
public final class PeerSession: FrameSink {
    /// - `closed`: no link → `greeting`
    /// - `greeting`: linked, hello said → `open` (welcome), `closed`
    /// - `open` → `greeting` (asked for a hello, or frames were missing), `closed`
    public enum Phase: Sendable { case closed, greeting, open }

    /// What became of a frame that arrived.
    public enum Verdict: Equatable, Sendable {
        case fine
        /// The controller told a fault: it takes nothing more of this session.
        case fault(WireCode, String)
        /// The controller sent what cannot be read: this link is of no use.
        case broken(String)
    }

    /// Where it is.
    public private(set) var phase = Phase.closed
    /// When the last frame arrived.
    public private(set) var lastHeard = Instant.zero
    /// Nanoseconds between pings while nothing is heard; the welcome sets it.
    public private(set) var heartbeatNanoseconds: Int64

    private let carrier: any PeerCarrier
    private var channel = Channel()
    private var helloAt = Instant.zero
    private var pingedAt: Instant?
    private var lastTick = Instant.zero

    /// Another hello is not said sooner than this after the last.
    private static let helloGapNanoseconds: Int64 = .seconds(1)

    /// - Parameter heartbeatNanoseconds: holds until the first welcome.
    public init(carrier: any PeerCarrier, heartbeatNanoseconds: Int64 = .seconds(2)) {
        self.carrier = carrier
        self.heartbeatNanoseconds = heartbeatNanoseconds
    }

    // MARK: Links

    /// The link is up: the node says hello.
    public func open(_ node: any PeerNode, at now: Instant) {
        channel = Channel()
        phase = .greeting
        helloAt = now
        lastHeard = now
        lastTick = now
        pingedAt = nil
        node.connected(at: now)
    }

    /// The link is gone.
    public func close(_ node: any PeerNode, at now: Instant) {
        guard phase != .closed else { return }
        phase = .closed
        channel = Channel()
        node.disconnected(at: now)
    }

    // MARK: Out

    public func send(_ kind: MessageKind, body: UnsafeRawBufferPointer) {
        guard phase != .closed else { return }
        var message = OutgoingMessage(kind, body: body)
        while let frame = channel.next(of: &message) { carrier.carry(frame) }
    }

    // MARK: In

    /// Takes one frame of the link, and calls the node for the message that it completes.
    public func arrived(_ frame: UnsafeRawBufferPointer, to node: any PeerNode, at now: Instant) -> Verdict {
        lastHeard = now
        pingedAt = nil
        let header: FrameHeader
        do throws(WireError) { header = try FrameHeader(decoding: frame) } catch {
            return .broken(error.description)
        }
        switch header.kind {
        case .helloFirst:
            // Several may be on the way, for as many messages of a session that was forgotten.
            if phase == .open || now - helloAt > Self.helloGapNanoseconds { again(node, at: now) }
            return .fine
        case .fault:
            // Counts whatever its sequence: the frames before it may have been given up.
            return fault(UnsafeRawBufferPointer(rebasing: frame[FrameHeader.size...]), node, now)
        case .welcome, .ping, .pong:
            break
        default:
            // Before the welcome only leftovers of the session before can come.
            if phase == .greeting { return .fine }
        }
        let incoming: Channel.Incoming
        do throws(ChannelError) {
            incoming = try channel.take(frame)
        } catch {
            guard error.code == .sequence else { return .broken(error.message) }
            if phase == .open { again(node, at: now) }
            return .fine
        }
        switch incoming {
        case .fragment: return .fine
        case .message(let kind, let body): return message(kind, body, node, now)
        case .assembled(let kind):
            let buffer = channel.takeAssembled()
            defer { channel.reuse(buffer) }
            let isKept = buffer.capacity <= Channel.keptBytes
            return buffer.withUnsafeBytes { message(kind, $0, node, now, whole: isKept ? nil : buffer) }
        }
    }

    private func message(
        _ kind: MessageKind, _ body: UnsafeRawBufferPointer, _ node: any PeerNode, _ now: Instant,
        whole: [UInt8]? = nil
    ) -> Verdict {
        guard kind.isFromController else { return .broken("a \(kind) came, which only peers send") }
        switch kind {
        case .ping:
            send(.pong, body: body)
        case .pong:
            break
        case .welcome:
            do throws(WireError) {
                let welcome = try WelcomeMessage(decoding: body)
                heartbeatNanoseconds = .milliseconds(Int64(max(50, welcome.heartbeatMilliseconds)))
            } catch {
                return .broken("the welcome cannot be read: \(error)")
            }
            phase = .open
            node.receive(kind: kind, body: body, at: now)
        default:
            if let whole {
                node.receive(kind: kind, whole: whole, at: now)
            } else {
                node.receive(kind: kind, body: body, at: now)
            }
        }
        return .fine
    }

    private func fault(_ body: UnsafeRawBufferPointer, _ node: any PeerNode, _ now: Instant) -> Verdict {
        let fault: FaultMessage
        do throws(WireError) { fault = try FaultMessage(decoding: body) } catch {
            return .broken(error.description)
        }
        node.receive(kind: .fault, body: body, at: now)
        return .fault(fault.code, fault.message)
    }

    private func again(_ node: any PeerNode, at now: Instant) {
        close(node, at: now)
        open(node, at: now)
    }

    // MARK: Time

    /// When `tick` is due.
    public var nextTimer: Instant {
        guard phase != .closed else { return .never }
        return pingedAt.map { $0 + 2 * heartbeatNanoseconds } ?? lastHeard + heartbeatNanoseconds
    }

    /// Pings when nothing was heard for a heartbeat. Call it after all frames that had come were handed over.
    /// - Returns: whether the controller has been silent for three heartbeats: then the link is to be given
    ///   up.
    public func tick(at now: Instant) -> Bool {
        defer { lastTick = now }
        guard phase != .closed else { return false }
        if let pinged = pingedAt {
            // If this process itself stood still, the answer may be just about to be read.
            if now - lastTick > 2 * heartbeatNanoseconds + .milliseconds(500) { pingedAt = now }
            return pingedAt == pinged && now - pinged >= 2 * heartbeatNanoseconds
        }
        if now - lastHeard >= heartbeatNanoseconds {
            pingedAt = now
            withUnsafeBytes(of: UInt64(bitPattern: now.nanoseconds).littleEndian) { send(.ping, body: $0) }
        }
        return false
    }
}
