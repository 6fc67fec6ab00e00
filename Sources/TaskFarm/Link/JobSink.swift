import FarmTransport

/// Where the core puts what comes of a job: a log that keeps everything, or an inbox that is emptied.
///
/// All calls come on the loop's thread; none may block.
protocol JobSink: AnyObject, Sendable {
    /// The next part to be submitted; nil if there is none at present. Asked for when the farm takes more.
    func nextPart() -> SubmissionPart?
    /// The job has `taskCount` tasks for certain; `isWhole`: its last part is in.
    func accepted(_ job: JobID, taskCount: UInt32, isWhole: Bool)
    /// Nothing more comes: the submission was refused, or the farm is lost.
    func failed(_ error: TaskClientError)
    /// Entries of the job's log. Some may have come before.
    /// - Returns: credit to be given back at once.
    func arrived(_ chunk: CompletionChunk) -> Int
    /// The first entry that it wants.
    var nextCursor: UInt64 { get }
    /// What the job's submission is named by, as the controller writes it; empty if that is not known.
    var jobKey: String { get }
}
