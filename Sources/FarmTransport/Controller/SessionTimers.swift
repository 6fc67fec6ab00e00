/// When a session desk has something to do by itself.
struct SessionTimers {
    /// A blocked connection is tried again this often: a ROUTER does not tell when one peer takes more.
    static let retryNanoseconds: Int64 = .milliseconds(2)
    /// A hello in pieces must be complete by then.
    static let greetingNanoseconds: Int64 = .seconds(10)

    var nextSweep: Instant
    var nextBusyPing: Instant
    var retryAt = Instant.never
    /// Silence before this moment does not count: this process itself stood still then.
    var silenceFloor: Instant
    var lastTick: Instant
    /// The gate's revision at the last sweep.
    var revision: UInt64 = 0
    private let busyPing: Int64

    init(_ limits: SessionLimits, at now: Instant) {
        busyPing = limits.busyPingNanoseconds
        nextSweep = now + limits.heartbeatNanoseconds
        nextBusyPing = now + busyPing
        silenceFloor = now
        lastTick = now
    }

    mutating func wakeForBusy(at now: Instant) { nextBusyPing = min(nextBusyPing, now + busyPing) }
}
