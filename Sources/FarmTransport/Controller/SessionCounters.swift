/// What has passed through a controller's sessions since its start.
public struct SessionCounters: Sendable, Equatable {
    /// Frames that came, of any kind and from anybody.
    public var framesReceived: UInt64 = 0
    /// Their bytes, headers included.
    public var bytesReceived: UInt64 = 0
    /// Frames handed to the transport.
    public var framesSent: UInt64 = 0
    /// Their bytes, headers included.
    public var bytesSent: UInt64 = 0
    /// Hellos let in.
    public var admitted: UInt64 = 0
    /// Hellos refused, by `HelloRefusal.Reason.rawValue`.
    public var refused = [UInt64](repeating: 0, count: HelloRefusal.Reason.allCases.count)
    /// Frames of connections without a session.
    public var strangers: UInt64 = 0
    /// Times that a stranger was told to say hello first.
    public var helloFirst: UInt64 = 0
    /// Connections muted.
    public var muted: UInt64 = 0
    /// Frames of muted connections, dropped unread.
    public var droppedFromMuted: UInt64 = 0
    /// Sessions reset for a gap or repeat in the sequence.
    public var reset: UInt64 = 0
    /// Messages to sessions that were gone.
    public var unreachable: UInt64 = 0
    /// Frames that had to wait because the connection took no more.
    public var delayed: UInt64 = 0
    /// Sessions dropped because too much waited for them.
    public var tooSlow: UInt64 = 0
    /// Sessions dropped because nothing was heard from them.
    public var silent: UInt64 = 0
    /// Frames of peers that chose a routing id of their own, which is not allowed; dropped unread.
    public var droppedRoutingIDs: UInt64 = 0
    /// Connections that ended in the handshake: garbage, or a peer with another controller's key.
    public var failedHandshakes: UInt64 = 0

    /// All zero.
    public init() {}

    /// Hellos refused for `reason`.
    public func refused(_ reason: HelloRefusal.Reason) -> UInt64 { refused[reason.rawValue] }
}
