import FarmTransport

/// How the client stands to its farm, for all threads.
///
/// What each phase may turn into: `connecting` → `open`, `over`; `open` → `over`. A lost connection is no
/// change of phase: the loop connects again by itself.
struct LinkStatus: Sendable {
    enum Phase: Sendable {
        case connecting
        case open
        /// Given up, or closed.
        case over(TaskClientError)
    }

    var phase = Phase.connecting
    /// The newest one.
    var welcome: WelcomeMessage?
    var isAttached = false
    /// What the controller said last before it muted this client.
    var fault: WireCode?

    var error: TaskClientError? {
        if case .over(let error) = phase { return error }
        return nil
    }

    var isConnecting: Bool {
        if case .connecting = phase { return true }
        return false
    }
}
