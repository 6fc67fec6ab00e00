/// A job whose outcomes the program follows. Untold (no session, or held back) → told (`isTold`) → untold again when
/// the session is lost; gone when the program wants no more.
struct Subscription {
    var job: JobID
    /// The log entry to be delivered next.
    var cursor: UInt64
    /// This session has been asked for it.
    var isTold = false
    /// A gap was seen and the entries from the cursor on were asked for again: what is beyond it is dropped.
    var isRewinding = false
}
