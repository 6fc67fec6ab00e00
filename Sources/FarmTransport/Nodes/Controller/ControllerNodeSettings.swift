public import FarmWire

/// Limits and names that the controller's node works with.
public struct ControllerNodeSettings: Sendable {
    /// What the farm calls itself in welcomes.
    public var farm = ""
    /// How often peers should be heard of, in milliseconds; told in the welcome.
    public var heartbeatMilliseconds: UInt32 = 2_000
    /// Bytes that a peer may have under way unacknowledged, in either direction.
    public var windowBytes: UInt64 = 16 << 20
    /// Largest message taken.
    public var largestMessage = UInt64(WireLimits.message)
    /// Payload bytes of unfinished tasks above which submissions are acknowledged late (back-pressure).
    public var payloadSoftLimitBytes = 1 << 30
    /// How late at most: then the next part of a stream may come, up to the hard limit.
    public var throttleNanoseconds = Int64.seconds(1)
    /// Payload bytes of unfinished tasks above which submissions are refused.
    public var payloadHardLimitBytes = 4 << 30
    /// Bytes of outcome logs kept; above it the oldest ended jobs are forgotten.
    public var outcomeLimitBytes = 2 << 30
    /// A client that has not come back for so long will not complete what it was submitting.
    public var abandonNanoseconds = Int64.seconds(600)
    /// How long ended jobs are kept.
    public var retention = Retention()
    /// Jobs that one session may follow.
    public var subscriptionsPerSession = 65_536
    /// Bytes of one streaming job's outcome log above which what its client has taken is dropped.
    public var streamLimitBytes = 64 << 20

    public init() {}
}

/// What the controller's shell does for its node. Calls come on the node's thread.
public protocol ControllerNodeDelegate: AnyObject {
    /// Answers a query (JSON in, JSON or a message out).
    func answer(_ json: [UInt8], from client: ClientIdentity) -> (WireCode, [UInt8])
    /// Output of a live attempt has come.
    func output(_ name: DispatchName, _ stream: OutputMessage.Stream, offset: UInt64, _ bytes: [UInt8])
    /// The task has ended: its output is with its outcome now.
    func outputEnded(_ task: TaskID)
    /// The job has ended, or is forgotten: nothing live is left of it.
    func jobEnded(_ job: JobID)
    func jobForgotten(_ job: JobID)
    /// Something for the log.
    func log(_ event: ControllerLogEvent)
}

/// Who a client session is.
public struct ClientIdentity: Sendable, Equatable {
    public var session: SessionID
    public var role: Role
    public var subject: String
}

/// What happened, for the controller's log.
public enum ControllerLogEvent: Sendable, Equatable {
    case engineJoined(EngineID, name: String, host: String, slots: UInt32)
    case engineReattached(EngineID)
    case engineRefused(String)
    case engineLost(EngineID, name: String, GivenUpAttempts, reason: String)
    case poolBroken(PoolSeat, EngineID, restarted: Int)
    case engineQuarantined(EngineID, name: String, failures: UInt32, seconds: Int64)
    case engineReturned(EngineID, name: String)
    case engineGone(EngineID)
    case clientJoined(SessionID, subject: String, role: String, address: String)
    case sessionLost(SessionID, String)
    case submissionRefused(subject: String, String)
    case recoveryEnded(claimed: Int, requeued: Int)
}
