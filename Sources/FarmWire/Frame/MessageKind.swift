/// What a frame carries. Raw values are those of the wire (docs/protocol.md) and never change meaning: below
/// 32 a peer sends them (ping and pong both ways), from 33 on the controller.
public enum MessageKind: UInt8, Sendable, CaseIterable {
    /// A peer opens a session: ``HelloMessage``.
    case hello = 1
    /// Are you there? ``PingMessage``.
    case ping = 2
    /// The answer to a ping, with its nonce: ``PingMessage``.
    case pong = 3
    /// A client sends a part of a submission: ``SubmitMessage``.
    case submit = 4
    /// An engine's attempts ended: ``ResultsHeader``, then ``ResultEntry`` to the end.
    case results = 5
    /// An engine's attempts began: ``StartedMessage``.
    case started = 6
    /// An engine's answer to `recall`: ``RecalledMessage``.
    case recalled = 7
    /// A client cancels tasks: ``CancelMessage``.
    case cancel = 8
    /// A client wants a job's completions: ``SubscribeMessage``.
    case subscribe = 9
    /// A client has taken in so many bytes: ``ConsumedMessage``.
    case consumed = 10
    /// A client asks a question: ``QueryMessage``.
    case query = 11
    /// An engine sends output of a running attempt: ``OutputMessage``.
    case output = 12
    /// A peer leaves: ``ByeMessage``.
    case bye = 13
    /// A client no longer wants a job's completions: ``JobMessage``.
    case unsubscribe = 14
    /// An engine asks whether attempts have succeeded before: ``LookUpMessage``.
    case lookUp = 15

    /// The session is open: ``WelcomeMessage``.
    case welcome = 33
    /// The session is not known, say hello (again). Empty body, sequence 0.
    case helloFirst = 34
    /// Parts of a submission are safe: ``AcceptedMessage``.
    case accepted = 35
    /// A submission is refused whole: ``RefusedMessage``.
    case refused = 36
    /// Attempts for an engine: ``DispatchEntry`` to the end.
    case dispatch = 37
    /// Entries of a job's outcome log: ``CompletionsHeader``, then ``CompletionEntry`` to the end.
    case completions = 38
    /// An engine is asked to give dispatches back that have not begun: ``NamesMessage``.
    case recall = 39
    /// An engine is told to end attempts: ``NamesMessage``.
    case stop = 40
    /// Result batches that an engine may forget: ``RecordedMessage``.
    case recorded = 41
    /// The answer to a query or a cancel: ``ReplyMessage``.
    case reply = 42
    /// What the tasks of a group share, for an engine: ``TemplateMessage``.
    case template = 43
    /// A job's templates are no longer needed: ``JobMessage``.
    case forget = 44
    /// An engine is told to leave: ``LeaveMessage``.
    case leave = 45
    /// What a peer did wrong, said once; then its session is muted: ``FaultMessage``.
    case fault = 46
    /// A job that a client follows is not known, or not any more: ``JobMessage``.
    case gone = 47
    /// One rank's part in a collective task, for its engine: ``GangMessage``.
    case gang = 48
    /// An engine is asked to interrupt attempts that run: ``NamesMessage``.
    case interrupt = 49
    /// The answer to an engine's look-up: ``FoundMessage``.
    case found = 50

    /// Whether a peer may send it.
    public var isFromPeer: Bool { rawValue < 32 }
    /// Whether the controller may send it.
    public var isFromController: Bool { rawValue > 32 || self == .ping || self == .pong }
}
