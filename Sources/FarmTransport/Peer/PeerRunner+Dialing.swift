import Glibc
import ZeroMQ

extension PeerRunner {
    /// Takes the next step towards a link, or notices the end of one.
    func proceed() {
        switch phase {
        case .idle(let until): if now >= until { beginRound() }
        case .dialing(let link, let deadline): followDialing(link, deadline)
        case .linked(let link): followLink(link)
        case .halted: break
        }
    }

    private func beginRound() {
        do throws(TransportError) {
            let capability = try source.load()
            self.capability = capability
            dialer.beginRound(source.endpoints(capability)) { access($0, F_OK) == 0 }
            dialNext()
        } catch {
            // A file that is not there yet, or was written only in part by another hand, may be good the next
            // time.
            guard error.code == .noCapability else { return halt(error) }
            obey(dialer.wait(error, at: now))
        }
    }

    private func dialNext() {
        guard let capability else { return }
        while let endpoint = dialer.next() {
            do throws(ZeroMQError) {
                let link = try PeerSocket(
                    endpoint, context: context, capability: capability,
                    isEncrypted: source.isEncrypted(endpoint))
                phase = .dialing(link, deadline: now + options.dialNanoseconds)
                return watch(link)
            } catch {
                guard error.code == .invalidEndpoint || error.code == .pathTooLong else {
                    return halt(TransportError(error))
                }
                dialer.failed(endpoint, .absent)
            }
        }
        watch(nil)
        obey(dialer.endRound(capability, at: now))
    }

    private func obey(_ verdict: Dialer.Verdict) {
        switch verdict {
        case .giveUp(let error):
            halt(error)
        case .retry(let at, let error):
            phase = .idle(until: at)
            say(waiting: error)
        }
    }

    private func followDialing(_ link: PeerSocket, _ deadline: Instant) {
        while let event = nextEvent(link) {
            switch event {
            case .handshakeSucceeded: return linked(link)
            case .handshakeFailed(_, let reason): return fail(link, Dialer.Failure(reason))
            case .disconnected, .closed, .connectRetried, .stopped: return fail(link, .absent)
            case .connected, .accepted, .other: continue
            }
        }
        if case .dialing = phase, now >= deadline { fail(link, .mute) }
    }

    private func followLink(_ link: PeerSocket) {
        while let event = nextEvent(link) {
            switch event {
            case .disconnected, .closed, .stopped, .handshakeFailed:
                // What came before the end is still in the socket: a fault that says why, for one.
                drainLast()
                if case .linked = phase { lose("the connection was closed") }
                return
            default: continue
            }
        }
    }

    private func nextEvent(_ link: PeerSocket) -> MonitorEvent? {
        do throws(ZeroMQError) {
            return try link.nextEvent()
        } catch {
            halt(TransportError(error))
            return nil
        }
    }

    private func fail(_ link: PeerSocket, _ failure: Dialer.Failure) {
        dialer.failed(link.endpoint, failure)
        dialNext()
    }

    /// The link is over; the next round begins after a short wait.
    func lose(_ reason: String) {
        watch(nil)
        if session.phase == .open { dialer.lost(at: now) }
        session.close(node, at: now)
        tell(.disconnected(reason: reason))
        let error = TransportError(.noController, "the link was lost: \(reason)")
        obey(dialer.wait(error, at: now))
    }

    /// The controller told a fault.
    func faulted(_ code: WireCode, _ message: String) {
        let wasOpen = session.phase == .open
        switch code {
        case .unavailable where !wasOpen:
            watch(nil)
            session.close(node, at: now)
            obey(dialer.wait(TransportError(.noController, message), at: now))
        case .badGrant: halt(TransportError(.keyRefused, message))
        case .badVersion: halt(TransportError(.incompatible, message))
        default: halt(TransportError(wasOpen ? .muted : .helloRefused, message))
        }
    }

    func halt(_ error: TransportError) {
        if case .halted = phase { return }
        watch(nil)
        phase = .halted
        session.close(node, at: now)
        tell(.failed(error))
    }
}

extension Dialer.Failure {
    init(_ reason: HandshakeFailure) {
        switch reason {
        case .refused(let status) where status == 300:
            self = .notNow("the controller asks to try again later")
        case .refused: self = .refused
        case .broken: self = .broken
        case .cryptographic, .mechanismMismatch, .protocolError, .foreign:
            self = .otherKey(reason.description)
        }
    }
}
