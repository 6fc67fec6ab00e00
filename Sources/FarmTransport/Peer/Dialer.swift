/// Which address a peer tries next, how long it waits between rounds, and when it gives up. Pure.
struct Dialer {
    /// How trying one address ended.
    enum Failure: Equatable {
        /// Nobody listens there.
        case absent
        /// Connected, but no handshake in time.
        case mute
        /// The controller's ZAP handler said no.
        case refused
        /// The connection broke in the handshake: a server that cannot open the hello closes without a word.
        case broken
        /// The controller does not hold the key that the capability names, or uses no CURVE.
        case otherKey(String)
        /// The controller has no room now, or still knows an earlier session of this peer.
        case notNow(String)
    }

    /// What to do after a round.
    enum Verdict: Equatable {
        case retry(at: Instant, TransportError)
        case giveUp(TransportError)
    }

    private let options: PeerOptions
    private var giveUpAt: Instant
    private var backoff: Int64
    private var remaining: ArraySlice<String> = []
    private var failures: [(endpoint: String, failure: Failure)] = []
    private var brokenRounds = 0

    /// Rounds in which some handshake broke off before that counts as another controller's key.
    static let brokenLimit = 3

    init(_ options: PeerOptions, at now: Instant) {
        self.options = options
        backoff = options.backoffNanoseconds
        giveUpAt = now + options.patienceNanoseconds
    }

    /// A link was there and was lost.
    mutating func lost(at now: Instant) {
        giveUpAt = now + options.reconnectPatienceNanoseconds
        brokenRounds = 0
    }

    /// A session is open: the next loss starts with the shortest wait.
    mutating func welcomed() { backoff = options.backoffNanoseconds }

    /// Starts a round over these addresses: ipc first, those of this host only.
    mutating func beginRound(_ endpoints: [String], pathExists: (String) -> Bool) {
        let isLocal = { (endpoint: String) in endpoint.hasPrefix("ipc://") }
        let local = endpoints.filter { isLocal($0) && pathExists(String($0.dropFirst(6))) }
        remaining = (local + endpoints.filter { !isLocal($0) })[...]
        failures = endpoints.filter { isLocal($0) && !local.contains($0) }.map { ($0, .absent) }
    }

    /// The next address of the round; nil at its end.
    mutating func next() -> String? { remaining.popFirst() }

    mutating func failed(_ endpoint: String, _ failure: Failure) { failures.append((endpoint, failure)) }

    /// Judges a round in which no address served.
    mutating func endRound(_ capability: Capability, at now: Instant) -> Verdict {
        if failures.contains(where: { $0.failure == .broken }) { brokenRounds += 1 } else { brokenRounds = 0 }
        for (endpoint, failure) in failures {
            switch failure {
            case .refused:
                return .giveUp(
                    TransportError(
                        .keyRefused,
                        "the controller at \(endpoint) refused the key of \(capability): it was revoked, has expired or "
                            + "is not on record there; ask the farm's owner for another"))
            case .otherKey(let why):
                return .giveUp(Self.wrongController(endpoint, capability, why))
            case .broken where brokenRounds >= Self.brokenLimit:
                return .giveUp(Self.wrongController(endpoint, capability, "it closes the connection"))
            default:
                break
            }
        }
        return wait(Self.absence(failures, capability), at: now)
    }

    /// Waits for the next round, or gives up if the time is over.
    mutating func wait(_ error: TransportError, at now: Instant) -> Verdict {
        guard now < giveUpAt else { return .giveUp(error) }
        let at = min(now + backoff, giveUpAt)
        backoff = min(backoff * 2, options.longestBackoffNanoseconds)
        return .retry(at: at, error)
    }

    private static func wrongController(_ endpoint: String, _ capability: Capability, _ why: String)
        -> TransportError
    {
        TransportError(
            .wrongController,
            "whoever listens at \(endpoint) is not the controller of \(capability) (\(why)); use the capability file of "
                + "the farm that runs there")
    }

    private static func absence(
        _ failures: [(endpoint: String, failure: Failure)], _ capability: Capability
    ) -> TransportError {
        for case (_, .notNow(let message)) in failures { return TransportError(.noController, message) }
        let tried = failures.map { endpoint, failure in
            failure == .absent ? endpoint : "\(endpoint) (no answer)"
        }
        return TransportError(
            .noController,
            "no controller at \(tried.joined(separator: ", ")); start one with `tasks cluster start` or "
                + "`tasks controller`, or use the capability file of one that runs")
    }
}
