/// How long a peer tries, and how much it takes in at a time.
public struct PeerOptions: Sendable {
    /// Nanoseconds that the first connection may take, waiting for the capability file and for the
    /// controller; 0 tries each address once, `.max` waits for ever.
    public var patienceNanoseconds: Int64 = 0
    /// The same after a connection was lost.
    public var reconnectPatienceNanoseconds: Int64 = .max
    /// Nanoseconds that one address has for its handshake.
    public var dialNanoseconds: Int64 = .seconds(5)
    /// Nanoseconds between rounds: the first wait, doubled each time.
    public var backoffNanoseconds: Int64 = .milliseconds(50)
    /// The longest wait.
    public var longestBackoffNanoseconds: Int64 = .seconds(1)
    /// Nanoseconds between pings until the controller says how many.
    public var heartbeatNanoseconds: Int64 = .seconds(2)
    /// Frames handed to the node before its turn ends.
    public var turnFrames = 512
    /// Bytes of frames handed to the node before its turn ends.
    public var turnBytes = 4 * 1024 * 1024

    /// The defaults.
    public init() {}
}
