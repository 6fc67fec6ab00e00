/// A job whose outcomes the program follows. Untold (no session, or held back) → told (`isTold`) → untold
/// again when the session is lost; gone when the program wants no more.
struct Subscription {
    var job: JobID
    /// The log entry to be delivered next.
    var cursor: UInt64
    /// This session has been asked for it.
    var isTold = false
    /// After the entries from the cursor on were asked for again: where the batch would begin that follows
    /// what is under way for the old question. Those are dropped; a batch that begins elsewhere is the
    /// answer.
    var staleEnd: UInt64?
}
