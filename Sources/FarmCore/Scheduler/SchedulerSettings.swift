/// What the scheduler may be told at its start. All limits are per controller.
public struct SchedulerSettings: Equatable, Sendable {
    /// How an engine is chosen among those with room.
    public enum Scheme: String, Sendable, CaseIterable {
        /// The smallest load for its slots; ties to the one used longest ago.
        case leastLoad = "least-load"
        /// The one used longest ago, whatever its load.
        case lru
    }

    public var scheme = Scheme.leastLoad
    /// Attempts an engine may hold for each of its slots: nil adapts to the task times seen, 0 is no limit, k
    /// is k.
    public var highWaterMark: UInt32?
    /// Work, in nanoseconds of task time a slot, that prefetching aims to keep at each engine.
    public var prefetchNanoseconds: Int64 = .milliseconds(10)
    /// Attempts prefetched for one slot at most.
    public var maximumPrefetch: UInt32 = 1024
    /// Payload bytes that one engine may hold in unfinished attempts.
    public var engineWindowBytes: UInt64 = 64 << 20
    /// An engine that has said nothing for so long is lost.
    public var heartbeatLimitNanoseconds: Int64 = .seconds(10)
    /// A disconnected engine may come back with its attempts for so long; then they are queued again.
    public var reconnectNanoseconds: Int64 = .milliseconds(500)
    /// After a restart, what may be running is held for so long for its engine to claim it. The time in which
    /// no controller runs does not count; that of several restarts adds up.
    public var recoveryGraceNanoseconds: Int64 = .seconds(15)
    /// A lost engine is taken off the roster after so long.
    public var awayLimitNanoseconds: Int64 = .seconds(600)
    /// Tasks that may be unfinished at a time; a submission that would pass it is refused.
    public var maximumUnfinishedTasks = 200_000_000
    /// Lanes of one engine that may have unfinished tasks; a submission that would pass it is refused.
    public var maximumLanes = 1_024
    /// CPUs that one task may ask for.
    public var maximumCPUs: UInt32 = 65_536
    /// What there is on the whole farm of things with a name, as licenses: tasks that need it count against
    /// this, on whatever engine.
    public var limits: [NamedAmount] = []
    /// Fast failures in a row after which an engine is quarantined, if others do better; 0 for never.
    public var quarantineFailures: UInt32 = 5
    /// A failure is fast if the attempt ended so soon.
    public var fastFailureNanoseconds: Int64 = .seconds(1)
    /// How long the first quarantine lasts; each further one twice as long, up to 64 times.
    public var quarantineNanoseconds: Int64 = .seconds(10)
    /// Ended jobs that are remembered; the oldest go first.
    public var endedJobsKept = 100_000

    #if DEBUG
    /// The mistake to make; nil in all but tests of the simulator.
    public var plantedFault: PlantedFault?
    #endif

    public init() {}
}
