import FarmWire

/// What is on its way to one engine, by its slot in the scheduler.
struct EngineOutbox {
    let engine: EngineHandle
    var session: SessionID
    var dispatch: [UInt8] = []
    /// Groups whose template the session has, as job << 32 | group.
    var templates: Set<UInt64> = []
    /// The last of them, which the next dispatch mostly needs too.
    var newest: UInt64 = .max
    var recalls: [DispatchName] = []
    var stops: [DispatchName] = []
    var interrupts: [DispatchName] = []
    /// The newest result batch that was taken and not said to be recorded.
    var batch: UInt64 = 0
    /// The newest batch that is recorded and not said to be, and ended jobs whose templates it need not keep.
    var recordedBatch: UInt64 = 0
    var forgotten: [JobID] = []
    /// Bytes of results that were taken from it in this session, up to `batch`, up to `recordedBatch`, and up
    /// to the last batch that it was told to be recorded.
    var takenBytes: UInt64 = 0
    var recordedBytes: UInt64 = 0
    var saidBytes: UInt64 = 0
    /// Something was sent to it in this turn.
    var hasMail = false
    /// It was told to leave, and waits for nothing else.
    var isLeaving = false
    var isUntidy: Bool { recordedBatch > 0 || !forgotten.isEmpty }
    var isBusy = false
    var isTouched = false
}

/// A client's session.
struct ClientRecord {
    var identity: ClientIdentity
    var priorityCap: Int32
    var key: UniqueKey
    /// Next cursor to send, by job.
    var subscriptions: [JobID: UInt64] = [:]
    /// Bytes of completions sent and taken, in this session.
    var sent: UInt64 = 0
    var consumed: UInt64 = 0
    /// What was sent and not yet taken, oldest first: bytes, and the cursor that then has been taken.
    var underWay: [(upTo: UInt64, job: JobID, cursor: UInt64)] = []
    var underWayHead = 0
}

/// What engines need to know of a job.
struct JobTemplates {
    var key: UniqueKey
    /// Whose it is: only its own client's credit may cut its log.
    var client: UniqueKey
    var surroundings: [UInt8]
    var isStreaming: Bool
    var isDurable: Bool
    /// Its last part has come.
    var isComplete = false
    var templates: [[UInt8]]
    /// Its groups may have more to be done than one thing each: recoveries, or more memory.
    var hasVariants = false
    /// Bytes of templates and surroundings.
    var bytes = 0
    /// Waits for the last part before it is anything but a number.
    var parts = 0
    /// What its templates name of other tasks.
    var results = NamedResults()
    /// Some of its tasks may be found again by what they depend on.
    var hasContent = false
    /// Entries of its log so far; counted only if it `hasContent`.
    var logged: UInt64 = 0
}

/// Why a controller cannot go on from its ledger, in words for people.
public enum RecoveryProblem: Equatable, Sendable {
    /// What it holds is not what was written.
    case unreadable(String)
    /// It is sound, but another version of the program took what this one does not.
    case refused(String)
}

/// What waits for the commit that covers it.
struct PendingRelease {
    enum Message {
        /// `follows`: then the session is subscribed.
        case accepted(SessionID, AcceptedMessage, follows: Bool)
        case refused(SessionID, RefusedMessage)
        /// `bytes`: of all results of the session, up to this batch.
        case recorded(SessionID, batch: UInt64, bytes: UInt64)
        /// The answer to a cancel, which must hold once it is given.
        case reply(SessionID, ReplyMessage)
        /// A job that the session follows is not known, or not any more.
        case gone(SessionID, JobID)
        /// The job's log has grown.
        case completions(JobID)
    }

    var chunk: UInt64
    var message: Message
}
