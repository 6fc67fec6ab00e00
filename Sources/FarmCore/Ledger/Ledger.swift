/// Where the controller's facts are kept. FarmStore has the implementations; the core and the transport only
/// write and read through this.
///
/// Everything appended becomes part of the open *commit chunk*. `commit` closes it; when it is safe, the
/// ledger reports the chunk's number through whatever way its owner has chosen, and only then are
/// acknowledgements and completions that depend on it let go.
public protocol Ledger: AnyObject {
    /// Keeps a part of a submission, to be replayed at recovery.
    func append(
        submission part: SubmissionPart, job: JobID, owner: String, priorityCap: Int32, at now: Instant)
    /// Keeps entries of one job's outcome log: `bytes` holds `count` entries laid end to end as the wire lays
    /// them (docs/protocol.md, "completion entry").
    func append(outcomes bytes: UnsafeRawBufferPointer, count: Int, job: JobID)
    /// Keeps what else recovery needs.
    func append(fact: LedgerFact)
    /// Closes the open chunk and returns its number, counted from 1.
    func commit() -> UInt64
    /// The number of the newest chunk that is safe.
    var committed: UInt64 { get }

    /// Calls `body` once with up to `limitBytes` of whole entries (at least one, if there is one) of the
    /// job's safe outcome log from `cursor` on, with their number and the cursor of the first of them, which
    /// is later than asked for if the log was trimmed. Returns the cursor behind them; `cursor` itself,
    /// without a call, if there is nothing yet or the job is not known.
    func outcomes(
        of job: JobID, from cursor: UInt64, limitBytes: Int,
        _ body: (_ entries: UnsafeRawBufferPointer, _ count: Int, _ first: UInt64) -> Void
    ) -> UInt64
    /// Drops what is kept of a job that has ended.
    func forget(_ job: JobID)
    /// Drops the job's outcome entries before `cursor`; whoever asks for them later gets those from there on.
    func trim(_ job: JobID, before cursor: UInt64)
    /// Bytes of outcome logs kept.
    var outcomeBytes: Int { get }
    /// Bytes of this job's outcome log.
    func outcomeBytes(of job: JobID) -> Int

    /// Calls `body` with each submission part in the order in which they were kept, then with each fact, then
    /// with each outcome log: what a controller reads at its start.
    func replay(_ body: (LedgerReplay) -> Void)
}

/// A fact beside submissions and outcomes that the scheduler needs again after a restart.
public enum LedgerFact: Equatable, Sendable {
    /// A new incarnation of the controller began.
    case epoch(UInt32)
    /// An engine is in the roster: after a restart it may come back with live dispatches.
    case engineJoined(EngineID, EngineInfo)
    /// It will not come back.
    case engineGone(EngineID)
    /// A cancel reached tasks that were already sent: `count` tasks from the first on, those that have not
    /// ended.
    case cancelling(TaskID, count: UInt32)
    /// The highest job number ever given: it is not given again, though that job is forgotten.
    case newestJob(JobID)
}

/// One step of a replay.
public enum LedgerReplay {
    case submission(SubmissionPart, job: JobID, owner: String, priorityCap: Int32, at: Instant)
    case fact(LedgerFact)
    /// `count` entries, as appended.
    case outcomes(JobID, UnsafeRawBufferPointer, count: Int)
}
