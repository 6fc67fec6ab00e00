/// A row of a schedule's history: what became of one firing.
public struct ScheduledRun: Hashable, Sendable {
    /// How far it has come. `queued` → `running` → one of the others, which are final; `missed` and `skipped`
    /// come without any before them.
    public enum State: String, Sendable, CaseIterable {
        /// Waits for the run before it.
        case queued
        case running
        /// All tasks have succeeded.
        case succeeded
        /// Some task has not, or the run itself could not go on.
        case failed
        /// Its job was cancelled.
        case cancelled
        /// Its file could not be used: nothing ran.
        case refused
        /// Nobody was there to run it.
        case missed
        /// It was left out, for the sake of another run or by hand.
        case skipped

        /// Nothing more comes.
        public var isFinal: Bool { self != .queued && self != .running }
        /// Somebody has looked at the file.
        public var hasRun: Bool { isFinal && self != .missed && self != .skipped }
        /// It went wrong by itself.
        public var isFailure: Bool { self == .failed || self == .refused }
    }

    /// The moment of the firing, in seconds since 1970; no two of a schedule have the same.
    public var at: Int64
    /// It was asked for by hand.
    public var isManual = false
    /// How far it has come.
    public var state: State
    /// Why it is so, in words; empty where there is nothing to say.
    public var cause = ""
    /// When it began to run; 0: not yet.
    public var startedAt: Int64 = 0
    /// When it ended; 0: not yet.
    public var endedAt: Int64 = 0
    /// What its process has told; the rest is not the book's to look at.
    public var report = RunReport()
    /// A later firing takes its place: its job is to be cancelled.
    public var isUnwanted = false

    /// A firing that has just come.
    public init(at: Int64, state: State, cause: String = "") {
        self.at = at
        self.state = state
        self.cause = cause
    }
}

/// What the process of a run tells of it.
public struct RunReport: Hashable, Sendable {
    /// The job that it has made.
    public var job: UInt32?
    /// SHA-256 of the file as it was read, in hexadecimal digits.
    public var digest = ""
    /// Tasks of the job.
    public var tasks = 0
    /// How many of them have succeeded.
    public var succeeded = 0
    /// What else is worth knowing, as a command of `notify` that failed.
    public var note = ""

    /// Nothing is known yet.
    public init() {}
}
