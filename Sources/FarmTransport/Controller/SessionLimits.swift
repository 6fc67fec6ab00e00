/// What a controller's sessions may cost, and how often their links are tried.
public struct SessionLimits: Sendable {
    /// Most connections known at once, muted ones included. At most 1,048,575.
    public var sessions = 16_384
    /// Bytes of the longest message of a session.
    public var messageBytes = WireLimits.message
    /// Bytes of the longest hello (an engine may claim a million dispatches), which is read before anybody is
    /// trusted.
    public var helloBytes = 20 * 1024 * 1024
    /// Bytes of all messages that are being put together from fragments, of all sessions.
    public var assemblyBytes = 1024 * 1024 * 1024
    /// Bytes that wait for one session whose connection takes no more; then it is dropped.
    public var backlogBytes = 64 * 1024 * 1024
    /// Nanoseconds between pings of an idle link.
    public var heartbeatNanoseconds: Int64 = .seconds(2)
    /// Nanoseconds between pings of a link with live work.
    public var busyPingNanoseconds: Int64 = .milliseconds(250)
    /// Nanoseconds of silence after which a session is lost; pings are sent meanwhile.
    public var silenceNanoseconds: Int64 = .seconds(6)

    /// The defaults.
    public init() {}
}
