/// How a send that does not wait ended.
public enum SendResult: Sendable, Hashable {
    /// The part belongs to libzmq now.
    case sent
    /// The peer's queue is full, or nobody is connected; nothing was taken. A mandatory ROUTER also says this
    /// of a peer that has just gone, until a poll, or ``Socket/events``, has told it so.
    case wouldBlock
    /// A mandatory ROUTER has no such peer; nothing was taken.
    case hostUnreachable
}
