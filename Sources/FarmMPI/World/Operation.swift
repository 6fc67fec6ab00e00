/// What a rank can be doing together with others.
enum Operation: UInt8 {
    case none, meeting, parting, send, receive, exchange, probe, barrier, broadcast, scatter, gather,
        allGather,
        reduce, allReduce, allToAll, split

    /// As people call it.
    var word: String {
        switch self {
        case .none: "nothing"
        case .meeting: "meeting the other ranks"
        case .parting: "parting from the other ranks"
        case .exchange: "send-and-receive"
        case .allGather: "all-gather"
        case .allReduce: "all-reduce"
        case .allToAll: "all-to-all"
        case .send, .receive, .probe, .barrier, .broadcast, .scatter, .gather, .reduce, .split: "\(self)"
        }
    }
}
