/// A brake at one moment: of a whole job, or of one of its groups.
public struct BrakeSummary: Equatable, Sendable {
    /// The group's number in its job; nil for the brake of the whole job.
    public var group: UInt32?
    public var brake: Brake
    /// Attempts that are sent and have not ended.
    public var running: UInt32
    public var succeeded: UInt64
    /// Failed and expired tasks, of how many there are so far.
    public var failed: UInt64
    public var total: UInt64
    /// Why it has stopped; nil if it has not.
    public var stop: Stop?

    /// Why nothing more was sent.
    public enum Stop: Equatable, Sendable {
        /// Every task that went first failed.
        case canary
        /// More failed than were allowed.
        case failures(allowed: UInt64)
    }
}

extension Scheduler {
    /// The brakes of a job and of its groups, those of the job first; without those that hold nothing.
    /// O(groups).
    public func brakeSummaries(of id: JobID) -> [BrakeSummary] {
        guard let job = jobIndex[id.raw] else { return [] }
        var found: [BrakeSummary] = []
        if jobs[job].brake >= 0 { found.append(summary(brake: jobs[job].brake, group: nil)) }
        for group in jobs[job].groups where groups[group].brake >= 0 {
            found.append(summary(brake: groups[group].brake, group: groups[group].number))
        }
        return found
    }

    private func summary(brake slot: Int32, group: UInt32?) -> BrakeSummary {
        let record = brakes[slot]
        var stop: BrakeSummary.Stop?
        if record.hasStopped {
            stop =
                record.trouble == .canary
                ? .canary : .failures(allowed: record.brake.maxFailures.allowed(of: record.total) ?? 0)
        }
        return BrakeSummary(
            group: group, brake: record.brake, running: record.out, succeeded: record.succeeded,
            failed: record.failed, total: record.total, stop: stop)
    }
}
