import COpenMPI

/// What is counted and noted of one attempt on one rank, for its communicator and all that were split off.
final class Traffic {
    /// By rank of the attempt: messages sent to it; for the own rank, less those received.
    var balance: [Int64]
    /// Split off, in the order of making.
    var parts: [farm_comm] = []
    /// Operations that were left while they went on. Not empty: nothing more is done with any of them.
    var unfinished: [Leftovers.Item] = []
    /// Something went wrong: nothing of this is used again.
    var isGivenUp = false

    init(size: Int) { balance = Array(repeating: 0, count: size) }

    /// Another request of the operation that was left, which goes on with it.
    func alsoUnfinished(_ request: farm_request) {
        if unfinished.isEmpty { return unfinished.append(Leftovers.Item(requests: [request])) }
        unfinished[unfinished.count - 1].requests.append(request)
    }

    /// Has memory live on with an operation that was left.
    func hold(_ owner: AnyObject, bytes: Int) {
        guard !unfinished.isEmpty else { return }
        unfinished[unfinished.count - 1].memory.append(owner)
        unfinished[unfinished.count - 1].bytes += bytes
    }

    /// Has the memory of unfinished operations live on with them.
    func hold<Element>(_ values: [Element]) {
        guard !unfinished.isEmpty else { return }
        unfinished[unfinished.count - 1].memory.append(values)
        unfinished[unfinished.count - 1].bytes += values.count * MemoryLayout<Element>.stride
    }
}
