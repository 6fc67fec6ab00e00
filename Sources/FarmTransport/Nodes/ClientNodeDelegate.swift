public import FarmWire

/// A client's program, as its node sees it. Calls come from the thread that runs the node, after all that an
/// event has to send is sent; they may call the node, and must not block.
public protocol ClientNodeDelegate: AnyObject {
    /// The controller has let the client in.
    func attached(_ welcome: WelcomeMessage)
    /// The session is over; all that is open goes on in the next one.
    func detached()
    /// The controller has told the client what it did wrong, and listens no more in this session.
    func faulted(_ code: WireCode, _ message: String)
    /// A message of the controller could not be read and was dropped.
    func malformed(_ kind: MessageKind, _ error: WireError)
    /// Parts of the submission are safe: its job has `taskCount` tasks so far. `isWhole`: the last part was
    /// among them, the submission is done with.
    func accepted(_ key: UniqueKey, _ job: JobID, taskCount: UInt32, isWhole: Bool)
    /// The submission is refused whole and done with.
    func refused(_ key: UniqueKey, _ code: WireCode, _ message: String)
    /// Another part is welcome.
    func writable()
    /// Outcomes of a job that is followed: each once, in the order of its log.
    func completions(_ batch: CompletionBatch)
    /// A job that was followed is not known, or not any more: nothing more of it comes.
    func gone(_ job: JobID)
    /// The answer to a cancel or a query: JSON if the code is `ok`, else a message.
    func replied(_ request: UInt64, _ code: WireCode, _ body: [UInt8])
}

/// Entries of one job's outcome log, lying in the message that brought them: valid during the call.
public struct CompletionBatch {
    /// The job.
    public let job: JobID
    /// The first entry's place in the job's log.
    public let firstCursor: UInt64
    /// How many there are.
    public let count: Int
    /// The entries, to be walked with `CompletionEntry.next`.
    public let entries: UnsafeRawBufferPointer
    /// What to give to `ClientNode.consume` when the program is done with them.
    public let credit: Int
    /// The message that they lie at the end of, if it is a large one: it may be kept, rather than copied.
    public let whole: [UInt8]?
}
