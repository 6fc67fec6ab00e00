/// Where the controller's facts are kept. FarmStore has the implementations; the core and the transport only
/// write and read through this.
///
/// Everything appended becomes part of the open *commit chunk*. `commit` closes it; when it is safe, the
/// ledger reports the chunk's number through whatever way its owner has chosen, and only then are
/// acknowledgements and completions that depend on it let go.
public protocol Ledger: AnyObject {
    /// Keeps a part of a submission, to be replayed at recovery: `body` is the wire's submit message.
    func append(submission record: SubmissionRecord, body: UnsafeRawBufferPointer)
    /// Keeps entries of one job's outcome log: `bytes` holds `count` entries laid end to end as the wire lays
    /// them (docs/protocol.md, "completion entry").
    func append(outcomes bytes: UnsafeRawBufferPointer, count: Int, job: JobID)
    /// Keeps what else recovery needs.
    func append(fact: LedgerFact)
    /// The epoch of the last fact of that kind; 0 if there is none.
    var epoch: UInt32 { get }
    /// Closes the open chunk and returns its number, counted from 1.
    func commit() -> UInt64
    /// The number of the newest chunk that is safe.
    var committed: UInt64 { get }
    /// Why nothing can be made safe at the moment, in words for people; nil if all is well. New work is
    /// refused meanwhile.
    var trouble: String? { get }

    /// Calls `body` once with up to `limitBytes` of whole entries (at least one, if there is one) of the
    /// job's safe outcome log from `cursor` on, with their number and the cursor of the first of them, which
    /// is later than asked for if the log was trimmed. Returns the cursor behind them; `cursor` itself,
    /// without a call, if there is nothing yet or the job is not known.
    func outcomes(
        of job: JobID, from cursor: UInt64, limitBytes: Int,
        _ body: (_ entries: UnsafeRawBufferPointer, _ count: Int, _ first: UInt64) -> Void
    ) -> UInt64
    /// Calls `body` with the parts of the job's submission, in order; false if they are not kept or cannot be
    /// read.
    func submission(
        of job: JobID, _ body: (_ record: SubmissionRecord, _ message: UnsafeRawBufferPointer) -> Void
    ) -> Bool
    /// Drops what is kept of a job that has ended.
    func forget(_ job: JobID)
    /// Drops the job's outcome entries before `cursor`; whoever asks for them later gets those from there on.
    func trim(_ job: JobID, before cursor: UInt64)
    /// Bytes of outcome logs in memory that cannot be had back from anywhere else.
    var outcomeBytes: Int { get }
    /// Bytes of this job's outcome log in memory.
    func outcomeBytes(of job: JobID) -> Int
    /// Bytes kept for jobs, wherever; what retention by size looks at.
    var storedBytes: Int { get }

    /// Calls `body` with everything kept, in the order in which it was appended (facts that only their newest
    /// value matters of come first): what a controller reads at its start.
    func replay(_ body: (LedgerReplay) -> Void)
}

/// What the ledger keeps beside each part of a submission.
public struct SubmissionRecord: Equatable, Sendable {
    public var job: JobID
    /// The part's number, from 0.
    public var part: UInt32
    public var owner: String
    /// The client that submits: only it may complete what is unfinished.
    public var client: UniqueKey
    public var priorityCap: Int32
    public var at: Instant
    /// Of the controller that accepted it. Job numbers that were given out and not recorded are given out
    /// again: what engines hold from before this epoch is another job's.
    public var epoch: UInt32
    /// False: the job does not outlive the controller, and nothing waits for the disk.
    public var isDurable: Bool
    /// Where in the message payloads of more than `largeBytes` lie, rising; they are kept apart and shared.
    public var large: [Range<Int>]

    /// Payloads of more bytes are kept in files of their own.
    public static let largeBytes = 64 << 10

    public init(
        job: JobID, part: UInt32, owner: String, client: UniqueKey, priorityCap: Int32, at: Instant,
        epoch: UInt32, isDurable: Bool = true, large: [Range<Int>] = []
    ) {
        self.job = job
        self.part = part
        self.owner = owner
        self.client = client
        self.priorityCap = priorityCap
        self.at = at
        self.epoch = epoch
        self.isDurable = isDurable
        self.large = large
    }
}

/// A fact beside submissions and outcomes that the scheduler needs again after a restart.
public enum LedgerFact: Equatable, Sendable {
    /// A new incarnation of the controller began.
    case epoch(UInt32)
    /// An engine is in the roster: after a restart it may come back with live dispatches.
    case engineJoined(EngineID, EngineInfo)
    /// A controller has waited so many nanoseconds for the engine after a restart, all restarts taken
    /// together; 0 once it is back.
    case engineAwaited(EngineID, nanoseconds: Int64)
    /// It will not come back.
    case engineGone(EngineID)
    /// A cancel reached tasks that were already sent: `count` tasks from the first on, those that have not
    /// ended.
    case cancelling(TaskID, count: UInt32)
    /// The highest job number ever given: it is not given again, though that job is forgotten.
    case newestJob(JobID)
    /// Nothing of the job is sent any more, or of any job if it is nil; false: it goes on.
    case paused(JobID?, Bool)
    /// A schedule, as the controller's shell lays it out; nil: it is gone with all its runs.
    case schedule(String, [UInt8]?)
    /// A row of a schedule's history, by the moment of its firing in seconds since 1970; nil: it is dropped.
    case scheduledRun(String, at: Int64, [UInt8]?)
}

/// One step of a replay.
public enum LedgerReplay {
    /// The message is the wire's submit message.
    case submission(SubmissionRecord, message: UnsafeRawBufferPointer)
    case fact(LedgerFact)
    /// `count` entries, as appended.
    case outcomes(JobID, UnsafeRawBufferPointer, count: Int)
}
