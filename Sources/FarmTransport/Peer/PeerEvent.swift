/// What a loop tells its shell, on the loop's thread.
public enum PeerEvent: Sendable, Equatable {
    /// Not connected yet, and why; the loop goes on trying. Said when the reason changes.
    case waiting(TransportError)
    /// Linked; the node says hello.
    case connected(endpoint: String)
    /// The link was lost; the loop connects again.
    case disconnected(reason: String)
    /// The loop has given up, for a reason that trying again does not mend or because its patience ended. It
    /// still runs what is given to `perform`, until `stop`.
    case failed(TransportError)
}
