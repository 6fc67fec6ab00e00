import FarmTransport

/// When a job's tasks ran, and what running them side by side has gained. Of tasks that have ended so far.
public struct JobTimes: Sendable, Equatable {
    /// When the job was handed in.
    public var submittedAt: Instant
    /// When the first task began; nil if none has.
    public var firstStartedAt: Instant?
    /// When the last task ended.
    public var lastEndedAt: Instant
    /// When the client heard of the last end.
    public var receivedAt: Instant
    /// All tasks' last attempts, one behind the other.
    public var serial: Duration
    /// Tasks that ran at all.
    public var computedCount: Int

    /// From submission to the last end.
    public var wall: Duration { .nanoseconds(max(0, lastEndedAt - submittedAt)) }
    /// Serial time over wall time: how many engines' worth of work went on at once. 0 if nothing ran.
    public var speedUp: Double { wall > .zero ? serial / wall : 0 }
}
