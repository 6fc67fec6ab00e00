import ZeroMQ

/// Finds the connections of a listening socket that end without a handshake.
///
/// libzmq says of garbage only that a connection came and went, and of a handshake that succeeded not whose
/// it was: it is counted for the oldest open one, which is right in number.
struct Handshakes {
    private var open: [Int32] = []
    private var done: Set<Int32> = []

    /// Why a handshake failed, if that is what the event tells. Keys that are refused are the ZAP handler's
    /// to tell.
    mutating func take(_ event: MonitorEvent) -> HandshakeFailure? {
        switch event {
        case .accepted(_, let descriptor):
            done.remove(descriptor)
            open.removeAll { $0 == descriptor }
            open.append(descriptor)
        case .handshakeSucceeded:
            settleOldest()
        case .handshakeFailed(_, let reason):
            settleOldest()
            if case .refused = reason { return nil }
            return reason
        case .disconnected(_, let descriptor):
            if done.remove(descriptor) != nil { return nil }
            guard let index = open.firstIndex(of: descriptor) else { return nil }
            open.remove(at: index)
            return .foreign
        case .connected, .connectRetried, .closed, .stopped, .other:
            break
        }
        return nil
    }

    private mutating func settleOldest() {
        if !open.isEmpty { done.insert(open.removeFirst()) }
    }
}
