/// The ledger kept in memory: outcome logs for as long as their jobs are remembered, and, if asked to, all
/// that a recovery needs. The twin of the one on disk for the simulator, and what a controller uses that
/// keeps nothing.
///
/// Everything is safe as soon as it is committed. Confined to the controller's thread.
public final class MemoryLedger: Ledger {
    private struct Submission {
        var part: SubmissionPart
        var job: JobID
        var owner: String
        var priorityCap: Int32
        var at: Instant
    }

    private let isReplayable: Bool
    private var submissions: [Submission] = []
    private var facts: [LedgerFact] = []
    private var newestJob = JobID(0)
    private var logs: [UInt32: OutcomeLog] = [:]
    public private(set) var committed: UInt64 = 0
    public private(set) var outcomeBytes = 0

    /// `isReplayable`: keep submissions and facts too, so that `replay` tells all; else they are dropped,
    /// since a process that ends takes this ledger with it.
    public init(isReplayable: Bool) { self.isReplayable = isReplayable }

    public func append(
        submission part: SubmissionPart, job: JobID, owner: String, priorityCap: Int32, at now: Instant
    ) {
        guard isReplayable else { return }
        newestJob = max(newestJob, job)
        submissions.append(
            Submission(part: part, job: job, owner: owner, priorityCap: priorityCap, at: now))
    }

    public func append(outcomes bytes: UnsafeRawBufferPointer, count: Int, job: JobID) {
        logs[job.raw, default: OutcomeLog()].append(bytes, count: count)
        outcomeBytes += bytes.count
    }

    public func append(fact: LedgerFact) {
        guard isReplayable else { return }
        // A past that is over need not be told again.
        switch fact {
        case .epoch:
            facts.removeAll { if case .epoch = $0 { true } else { false } }
        case .engineGone(let id):
            facts.removeAll { if case .engineJoined(id, _) = $0 { true } else { false } }
            return
        default: break
        }
        facts.append(fact)
    }

    public func commit() -> UInt64 {
        committed += 1
        return committed
    }

    public func outcomes(
        of job: JobID, from cursor: UInt64, limitBytes: Int,
        _ body: (_ entries: UnsafeRawBufferPointer, _ count: Int, _ first: UInt64) -> Void
    ) -> UInt64 {
        guard let log = logs[job.raw] else { return cursor }
        return log.read(from: cursor, limitBytes: limitBytes, body)
    }

    public func forget(_ job: JobID) {
        if let log = logs.removeValue(forKey: job.raw) { outcomeBytes -= log.bytes }
        submissions.removeAll { $0.job == job }
        facts.removeAll { if case .cancelling(let task, _) = $0 { task.job == job } else { false } }
    }

    public func trim(_ job: JobID, before cursor: UInt64) {
        // A replay has to know of every end.
        guard !isReplayable, var log = logs.removeValue(forKey: job.raw) else { return }
        outcomeBytes -= log.bytes
        log.trim(before: cursor)
        outcomeBytes += log.bytes
        logs[job.raw] = log
    }

    public func outcomeBytes(of job: JobID) -> Int { logs[job.raw]?.bytes ?? 0 }

    public func replay(_ body: (LedgerReplay) -> Void) {
        for entry in submissions {
            body(
                .submission(
                    entry.part, job: entry.job, owner: entry.owner, priorityCap: entry.priorityCap,
                    at: entry.at))
        }
        for fact in facts { body(.fact(fact)) }
        if newestJob.raw > 0 { body(.fact(.newestJob(newestJob))) }
        for job in logs.keys.sorted() {
            guard let log = logs[job] else { continue }
            var cursor: UInt64 = 0
            while cursor < log.end {
                cursor = log.read(from: cursor, limitBytes: 1 << 20) { bytes, count, _ in
                    body(.outcomes(JobID(job), bytes, count: count))
                }
            }
        }
    }
}
