import Glibc
import ZeroMQ

/// Runs a peer's node over ZeroMQ: dials, keeps the link, hands over what comes. Confined to its loop's
/// thread.
final class PeerRunner: PeerCarrier {
    /// - `idle`: until the next round may begin → `dialing`, `halted`
    /// - `dialing`: an address is being tried → `linked`, `dialing` (the next), `idle`, `halted`
    /// - `linked`: the handshake is done → `idle`, `halted`
    /// - `halted`: given up; nothing follows
    enum Phase {
        case idle(until: Instant)
        case dialing(PeerSocket, deadline: Instant)
        case linked(PeerSocket)
        case halted
    }

    let options: PeerOptions
    let source: CapabilitySource
    let clock: FarmClock
    let mailbox: Mailbox<PeerCommand>
    let tell: (PeerEvent) -> Void
    let context: Context

    var phase: Phase
    var dialer: Dialer
    var capability: Capability?
    private(set) var session: PeerSession!
    private(set) var node: (any PeerNode)!
    var now: Instant
    private var lastWaiting: TransportError?
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)
    private var poller = Poller()
    private var entries: (mailbox: Int, link: (socket: Int, monitor: Int)?) = (0, nil)
    private var commands: [PeerCommand] = []
    private var isUnread = false
    private var stopFlush: Int64?

    init(
        _ options: PeerOptions, _ source: CapabilitySource, _ clock: FarmClock,
        _ mailbox: Mailbox<PeerCommand>, tell: @escaping (PeerEvent) -> Void
    ) throws(ZeroMQError) {
        self.options = options
        self.source = source
        self.clock = clock
        self.mailbox = mailbox
        self.tell = tell
        context = try Context(maxSockets: 64)
        now = clock.now
        phase = .idle(until: now)
        dialer = Dialer(options, at: now)
        watch(nil)
    }

    deinit { scratch.deallocate() }

    /// Runs until told to stop.
    func run(_ makeNode: (any FrameSink) -> any PeerNode) {
        // The session holds its carrier strongly; both end with this function.
        session = PeerSession(carrier: self, heartbeatNanoseconds: options.heartbeatNanoseconds)
        node = makeNode(session)
        while stopFlush == nil { turn() }
        finish(flushNanoseconds: stopFlush ?? 0)
        node = nil
        session = nil
    }

    // MARK: A turn

    private func turn() {
        wait()
        now = clock.now
        runCommands()
        proceed()
        if isUnread { drain() }
        if session.tick(at: now) {
            lose("nothing heard from the controller for \(3 * session.heartbeatNanoseconds / 1_000_000) ms")
        }
        if node.nextTimer <= now { node.tick(at: now) }
        node.endTurn(at: now)
    }

    private func wait() {
        var due = min(node.nextTimer, session.nextTimer)
        switch phase {
        case .idle(let until): due = min(due, until)
        case .dialing(_, let deadline): due = min(due, deadline)
        case .linked, .halted: break
        }
        let nanoseconds = isUnread ? 0 : due == .never ? -1 : max(0, due - clock.now)
        do throws(ZeroMQError) {
            _ = try poller.wait(nanoseconds: nanoseconds)
        } catch {
            return halt(TransportError(error))
        }
        if let link = entries.link, poller.events(at: link.socket).contains(.readable) { isUnread = true }
    }

    private func runCommands() {
        mailbox.drain(into: &commands, isReadable: poller.events(at: entries.mailbox).contains(.readable))
        for command in commands {
            switch command {
            case .perform(let body): body(node, now)
            case .stop(let flush): stopFlush = flush
            }
        }
        commands.removeAll(keepingCapacity: true)
    }

    /// Hands over what the socket holds, whatever its amount.
    func drainLast() {
        repeat { drain() } while isUnread
    }

    private func drain() {
        isUnread = true
        guard case .linked(let link) = phase else { return isUnread = false }
        var bytes = 0
        for _ in 0..<options.turnFrames where bytes < options.turnBytes {
            do throws(ZeroMQError) {
                guard try link.read() else { return isUnread = false }
            } catch {
                return halt(TransportError(error))
            }
            let verdict = link.withFrame { frame in
                bytes += frame.count
                return session.arrived(frame, to: node, at: now)
            }
            switch verdict {
            case .fine: if session.phase == .open { dialer.welcomed() }
            case .fault(let code, let message): return faulted(code, message)
            case .broken(let message):
                return lose("the controller sent what cannot be read: \(message)")
            }
        }
    }

    // MARK: The link

    func carry(_ frame: Frame) {
        guard case .linked(let link) = phase else { return }
        // An error here is that of a context shut down, which the next wait reports.
        try? link.send(frame, scratch: scratch)
    }

    /// Makes the poller watch another link, or none.
    func watch(_ link: PeerSocket?) {
        poller = Poller(capacity: 4)
        entries.mailbox = poller.add(mailbox.wakeup)
        entries.link = link.map { $0.join(&poller) }
        isUnread = false
    }

    /// Says why there is no link, when the reason is another one than before.
    func say(waiting error: TransportError) {
        guard error != lastWaiting else { return }
        lastWaiting = error
        tell(.waiting(error))
    }

    func linked(_ link: PeerSocket) {
        phase = .linked(link)
        lastWaiting = nil
        node.grant = capability?.grant.encode() ?? []
        tell(.connected(endpoint: link.endpoint))
        session.open(node, at: now)
    }

    /// Sends what was handed over, for so long at most, and closes.
    private func finish(flushNanoseconds: Int64) {
        if case .linked(let link) = phase {
            try? link.socket.set(.lingerMilliseconds, Int(max(0, flushNanoseconds) / 1_000_000))
        }
        watch(nil)
        phase = .halted
        session.close(node, at: now)
    }
}
