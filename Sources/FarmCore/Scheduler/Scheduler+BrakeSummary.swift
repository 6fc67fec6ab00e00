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
    /// O(groups), of an ended job O(tasks).
    public func brakeSummaries(of id: JobID) -> [BrakeSummary] {
        guard let job = jobIndex[id.raw] else { return [] }
        if jobs[job].endedAt != .zero { return endedBrakes(of: job) }
        var found: [BrakeSummary] = []
        if jobs[job].brake >= 0 { found.append(summary(of: brakes[jobs[job].brake], group: nil)) }
        for group in jobs[job].groups where groups[group].brake >= 0 {
            found.append(summary(of: brakes[groups[group].brake], group: groups[group].number))
        }
        return found
    }

    /// The brakes themselves went with the job's end; what they saw is in the states of its tasks.
    private func endedBrakes(of job: Int32) -> [BrakeSummary] {
        func ended(_ brake: Brake, _ succeeded: Int, _ failed: Int, of total: UInt32) -> BrakeRecord {
            var record = BrakeRecord(brake: brake, job: job, group: -1, isClosed: true)
            (record.succeeded, record.failed) = (UInt64(succeeded), UInt64(failed))
            record.total = UInt64(total)
            record.hasStopped = record.trouble != nil
            return record
        }
        var found: [BrakeSummary] = []
        let counts = jobs[job].counts
        let brake = jobs[job].header.brake
        if !brake.isNone {
            let whole = ended(
                brake, counts.succeeded, counts.failed + counts.expired, of: jobs[job].taskCount)
            found.append(summary(of: whole, group: nil))
        }
        for group in jobs[job].groups where !policies[groups[group].policy].brake.isNone {
            let failed = groups[group].states.count {
                $0 == TaskState.failed.rawValue || $0 == TaskState.expired.rawValue
            }
            let own = ended(
                policies[groups[group].policy].brake, Int(groups[group].succeeded), failed,
                of: groups[group].count)
            found.append(summary(of: own, group: groups[group].number))
        }
        return found
    }

    private func summary(of record: BrakeRecord, group: UInt32?) -> BrakeSummary {
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
