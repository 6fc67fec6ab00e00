import CZeroMQ

/// What happened to a socket's connections.
public enum MonitorEvent: Sendable, Hashable {
    /// The transport is up; the handshake comes next.
    case connected(endpoint: String)
    /// The peer may be used. With CURVE: both keys are proven and the server's ZAP handler agreed.
    case handshakeSucceeded(endpoint: String)
    /// The handshake failed; libzmq tries again by itself.
    case handshakeFailed(endpoint: String, reason: HandshakeFailure)
    /// A connection was lost, established or not.
    case disconnected(endpoint: String, descriptor: Int32)
    /// Connecting failed; the next try is in so many milliseconds.
    case connectRetried(endpoint: String, milliseconds: Int)
    /// A listener took a connection.
    case accepted(endpoint: String, descriptor: Int32)
    /// A connection or listener was closed.
    case closed(endpoint: String)
    /// The monitored socket is gone; nothing more will come.
    case stopped
    /// Any other event, by libzmq's number.
    case other(event: UInt16, value: UInt32, endpoint: String)

    init(event: UInt16, value: UInt32, endpoint: String) {
        switch Int32(event) {
        case ZMQ_EVENT_CONNECTED: self = .connected(endpoint: endpoint)
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: self = .handshakeSucceeded(endpoint: endpoint)
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
            self = .handshakeFailed(endpoint: endpoint, reason: .refused(status: Int(value)))
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
            self = .handshakeFailed(endpoint: endpoint, reason: HandshakeFailure(protocolError: value))
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
            self = .handshakeFailed(
                endpoint: endpoint, reason: .broken(errorNumber: Int32(truncatingIfNeeded: value)))
        case ZMQ_EVENT_DISCONNECTED:
            self = .disconnected(endpoint: endpoint, descriptor: Int32(bitPattern: value))
        case ZMQ_EVENT_CONNECT_RETRIED: self = .connectRetried(endpoint: endpoint, milliseconds: Int(value))
        case ZMQ_EVENT_ACCEPTED: self = .accepted(endpoint: endpoint, descriptor: Int32(bitPattern: value))
        case ZMQ_EVENT_CLOSED: self = .closed(endpoint: endpoint)
        case ZMQ_EVENT_MONITOR_STOPPED: self = .stopped
        default: self = .other(event: event, value: value, endpoint: endpoint)
        }
    }
}
