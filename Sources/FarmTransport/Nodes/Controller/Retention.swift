/// How long ended jobs are kept; whichever limit is reached first. Jobs that have not ended, that another one
/// waits for, or that somebody is still being told of, are never dropped.
public struct Retention: Sendable, Equatable {
    /// Ended jobs of one name; the oldest go first.
    public var runs: Int?
    /// Nanoseconds from the job's end.
    public var ageNanoseconds: Int64?
    /// Bytes that the ledger may hold for jobs; the oldest ended ones go first.
    public var bytes: Int?

    /// Nanoseconds for which a job is kept after its end, whatever the limits on runs and bytes: whoever
    /// waited for it then looks at what came of it.
    public var leastAgeNanoseconds = Int64.seconds(60)

    public init() {}
}
