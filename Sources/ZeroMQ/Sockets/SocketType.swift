import CZeroMQ

/// The patterns this package uses.
public enum SocketType: Sendable, Hashable {
    /// Many peers, each named by a routing id frame that comes first.
    case router
    /// One or more peers; sends go round, receives are fair.
    case dealer
    /// Answers one request at a time.
    case rep
    /// Asks one request at a time.
    case req
    /// Exactly one peer.
    case pair

    var rawType: Int32 {
        switch self {
        case .router: ZMQ_ROUTER
        case .dealer: ZMQ_DEALER
        case .rep: ZMQ_REP
        case .req: ZMQ_REQ
        case .pair: ZMQ_PAIR
        }
    }
}
