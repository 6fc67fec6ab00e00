/// What the controller's node is told by its transport. All calls come from one thread, one after the other;
/// within them the node may call its `SessionSink`.
public protocol SessionHandler: AnyObject {
    /// A peer has said hello and its grant was found good. The node answers with a welcome, or mutes it.
    func helloArrived(_ arrival: HelloArrival)
    /// A message of a session whose hello arrived, of a kind that its role may send. `body` is valid during
    /// the call.
    func received(_ session: SessionID, _ kind: MessageKind, _ body: UnsafeRawBufferPointer)
    /// The session is over, said once for each `helloArrived`. Nothing of it follows, sends to it fail.
    func sessionLost(_ session: SessionID, _ reason: SessionLoss)
}

/// A hello that was let in.
public struct HelloArrival: Sendable {
    /// The new session.
    public var session: SessionID
    /// What the peer said, engine info and claims included.
    public var hello: HelloMessage
    /// What the session may do.
    public var role: Role
    /// Whom the grant was issued to: the owner of what it submits.
    public var subject: String
    /// The highest priority that its tasks may have.
    public var priorityCap: Int32
    /// Where it connected from: an IP address, or `ipc`.
    public var address: String

    /// An arrival with the fields given.
    public init(
        session: SessionID, hello: HelloMessage, role: Role, subject: String, priorityCap: Int32,
        address: String
    ) {
        self.session = session
        self.hello = hello
        self.role = role
        self.subject = subject
        self.priorityCap = priorityCap
        self.address = address
    }
}

/// Why a session ended.
public enum SessionLoss: Equatable, Sendable {
    /// The connection is gone: the peer ended, or the network between.
    case unreachable
    /// Nothing was heard from it for too long.
    case silent
    /// It does not read what it is sent, and its backlog passed the limit.
    case tooSlow
    /// It was told a fault, and nothing more of it is taken.
    case muted(String)
    /// The same peer has opened a newer session.
    case replaced
    /// It said bye.
    case left

    /// For logs and listings.
    public var words: String {
        switch self {
        case .unreachable: "connection lost"
        case .silent: "nothing heard from it"
        case .tooSlow: "it does not read what it is sent"
        case .muted(let message): "muted: \(message)"
        case .replaced: "replaced by a newer session"
        case .left: "left"
        }
    }
}
