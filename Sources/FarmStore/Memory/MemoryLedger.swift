/// The ledger kept in memory: outcome logs for as long as their jobs are remembered, and, if asked to, all
/// that a recovery needs. The twin of the one on disk for the simulator, and what a controller uses that
/// keeps nothing.
///
/// Everything is safe as soon as it is committed. Confined to the controller's thread.
public final class MemoryLedger: Ledger {
    private enum Step {
        case submission(SubmissionRecord, [UInt8])
        case fact(LedgerFact)
        case outcomes(JobID, [UInt8], count: Int)

        func isOf(_ job: JobID) -> Bool {
            switch self {
            case .submission(let record, _): record.job == job
            case .outcomes(let other, _, _): other == job
            case .fact(.cancelling(let task, _)): task.job == job
            case .fact(.paused(let paused, _)): paused == job
            case .fact: false
            }
        }
    }

    private let isReplayable: Bool
    private var steps: [Step] = []
    /// Jobs that are kept for their followers only.
    private var passing: Set<UInt32> = []
    private var newestJob = JobID(0)
    private var logs: [UInt32: OutcomeLog] = [:]
    public private(set) var committed: UInt64 = 0
    public private(set) var outcomeBytes = 0
    public private(set) var epoch: UInt32 = 0
    public var trouble: String? { nil }
    public var storedBytes: Int { outcomeBytes }

    /// `isReplayable`: keep submissions and facts too, so that `replay` tells all; else they are dropped,
    /// since a process that ends takes this ledger with it.
    public init(isReplayable: Bool) { self.isReplayable = isReplayable }

    public func append(submission record: SubmissionRecord, body: UnsafeRawBufferPointer) {
        guard isReplayable else { return }
        newestJob = max(newestJob, record.job)
        if record.isDurable {
            steps.append(.submission(record, Array(body)))
        } else {
            passing.insert(record.job.raw)
        }
    }

    public func append(outcomes bytes: UnsafeRawBufferPointer, count: Int, job: JobID) {
        logs[job.raw, default: OutcomeLog()].append(bytes, count: count)
        outcomeBytes += bytes.count
        if isReplayable, !passing.contains(job.raw) {
            steps.append(.outcomes(job, Array(bytes), count: count))
        }
    }

    public func append(fact: LedgerFact) {
        if case .epoch(let number) = fact { epoch = number }
        guard isReplayable else { return }
        switch fact {
        case .cancelling(let task, _) where passing.contains(task.job.raw): return
        default: steps.append(.fact(fact))
        }
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

    public func submission(
        of job: JobID, _ body: (_ record: SubmissionRecord, _ message: UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        var found = false
        for case .submission(let record, let message) in steps where record.job == job {
            found = true
            message.withUnsafeBytes { body(record, $0) }
        }
        return found
    }

    public func forget(_ job: JobID) {
        if let log = logs.removeValue(forKey: job.raw) { outcomeBytes -= log.bytes }
        passing.remove(job.raw)
        steps.removeAll { $0.isOf(job) }
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
        for step in steps {
            switch step {
            case .submission(let record, let message):
                message.withUnsafeBytes { body(.submission(record, message: $0)) }
            case .fact(let fact): body(.fact(fact))
            case .outcomes(let job, let bytes, let count):
                bytes.withUnsafeBytes { body(.outcomes(job, $0, count: count)) }
            }
        }
        if newestJob.raw > 0 { body(.fact(.newestJob(newestJob))) }
    }
}
