import CZeroMQ

/// A socket option and the type of its value; see `zmq_setsockopt(3)`. Times are milliseconds.
public struct SocketOption<Value>: Sendable {
    let number: Int32
    let name: String
    let isWide: Bool

    init(_ number: Int32, _ name: String, wide: Bool = false) {
        self.number = number
        self.name = name
        isWide = wide
    }
}

extension SocketOption where Value == Int {
    /// Most outgoing messages queued for a peer; 0 is no limit.
    public static var sendHighWaterMark: Self { .init(ZMQ_SNDHWM, "the send high-water mark") }
    /// Most incoming messages queued from a peer (messages, not bytes); 0 is no limit.
    public static var receiveHighWaterMark: Self { .init(ZMQ_RCVHWM, "the receive high-water mark") }
    /// How long closing waits for what is not yet sent; 0 here by default, -1 for ever.
    public static var lingerMilliseconds: Self { .init(ZMQ_LINGER, "linger") }
    /// Largest message part accepted, in bytes: a peer that sends more is disconnected. -1 is no limit.
    public static var maxMessageBytes: Self { .init(ZMQ_MAXMSGSIZE, "the largest message", wide: true) }
    /// First wait before connecting again.
    public static var reconnectIntervalMilliseconds: Self {
        .init(ZMQ_RECONNECT_IVL, "the reconnect interval")
    }
    /// Longest wait before connecting again, doubling up to it; 0 keeps the first interval.
    public static var reconnectIntervalMaxMilliseconds: Self {
        .init(ZMQ_RECONNECT_IVL_MAX, "the longest reconnect interval")
    }
    /// Time between pings on an idle or busy connection; 0 sends none.
    public static var heartbeatIntervalMilliseconds: Self {
        .init(ZMQ_HEARTBEAT_IVL, "the heartbeat interval")
    }
    /// Silence after a ping that counts as loss.
    public static var heartbeatTimeoutMilliseconds: Self {
        .init(ZMQ_HEARTBEAT_TIMEOUT, "the heartbeat timeout")
    }
    /// Silence after which the *peer* is to give up this side; whole tenths of a second.
    public static var heartbeatTTLMilliseconds: Self { .init(ZMQ_HEARTBEAT_TTL, "the heartbeat TTL") }
    /// Time a connection has for its handshake.
    public static var handshakeIntervalMilliseconds: Self {
        .init(ZMQ_HANDSHAKE_IVL, "the handshake interval")
    }
    /// Connections the kernel queues for accepting.
    public static var backlog: Self { .init(ZMQ_BACKLOG, "the backlog") }
    /// How long a blocking send waits; -1 for ever.
    public static var sendTimeoutMilliseconds: Self { .init(ZMQ_SNDTIMEO, "the send timeout") }
    /// The kernel's send buffer; -1 leaves the system's.
    public static var kernelSendBufferBytes: Self { .init(ZMQ_SNDBUF, "the kernel's send buffer") }
    /// The kernel's receive buffer; -1 leaves the system's.
    public static var kernelReceiveBufferBytes: Self { .init(ZMQ_RCVBUF, "the kernel's receive buffer") }
    /// 1 sends TCP keepalives, 0 does not, -1 leaves the system's.
    public static var tcpKeepAlive: Self { .init(ZMQ_TCP_KEEPALIVE, "tcp keepalive") }
    /// Seconds of silence before the first keepalive.
    public static var tcpKeepAliveIdleSeconds: Self { .init(ZMQ_TCP_KEEPALIVE_IDLE, "tcp keepalive idle") }
    /// Seconds between keepalives.
    public static var tcpKeepAliveIntervalSeconds: Self {
        .init(ZMQ_TCP_KEEPALIVE_INTVL, "tcp keepalive interval")
    }
    /// Keepalives unanswered that count as loss.
    public static var tcpKeepAliveCount: Self { .init(ZMQ_TCP_KEEPALIVE_CNT, "tcp keepalive count") }
}

extension SocketOption where Value == Bool {
    /// ROUTER: a send to a peer that is not there is ``SendResult/hostUnreachable`` instead of dropped.
    public static var routerMandatory: Self { .init(ZMQ_ROUTER_MANDATORY, "router mandatory") }
    /// Queue only for connections that are complete, so that sends wait while nobody is there.
    public static var immediate: Self { .init(ZMQ_IMMEDIATE, "immediate") }
    /// Use IPv6 as well as IPv4.
    public static var ipv6: Self { .init(ZMQ_IPV6, "IPv6") }
    /// Refuse peers when no ZAP handler answers. In the library, but only in its header's draft section.
    public static var enforceZAPDomain: Self { .init(93, "the enforced ZAP domain") }
}

extension SocketOption where Value == String {
    /// The domain handed to the ZAP handler. On a socket without CURVE a domain makes ZAP be asked too.
    public static var zapDomain: Self { .init(ZMQ_ZAP_DOMAIN, "the ZAP domain") }
}
