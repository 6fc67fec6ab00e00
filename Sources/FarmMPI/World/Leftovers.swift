import COpenMPI
import Synchronization

/// What stays behind when an operation is given up that MPI cannot take back: MPI may still read or write the
/// memory that it was given, so that lives on until the operation is done after all, or the process ends.
///
/// The communicators of given-up attempts count, too: they cannot be freed, since not all ranks would do it.
/// When it has become too much the world is worn, and the pool starts anew.
final class Leftovers: Sendable {
    static let mostCommunicators = 4_096
    static let mostBytes = 1 << 30

    /// An operation that was given up.
    struct Item {
        /// What it waits for.
        var requests: [farm_request]
        /// Arrays and the like that hold what MPI was given.
        var memory: [Any] = []
        var bytes = 0
    }

    private struct State: @unchecked Sendable {
        var items: [Item] = []
        var bytes = 0
        var communicators = 0
    }

    private let state = Mutex(State())

    /// Keeps the memory of what is unfinished.
    func keep(_ items: sending [Item]) {
        nonisolated(unsafe) let items = items
        state.withLock { state in
            state.items += items
            for item in items { state.bytes += item.bytes }
        }
    }

    /// A communicator will not be used or freed any more.
    func countCommunicator() { state.withLock { $0.communicators += 1 } }

    /// Lets go what is done by now. O(what is kept).
    func reap() {
        state.withLock { state in
            for index in state.items.indices.reversed() {
                state.items[index].requests.removeAll { Self.isDone($0) }
                guard state.items[index].requests.isEmpty else { continue }
                state.bytes -= state.items[index].bytes
                state.items.remove(at: index)
            }
        }
    }

    private static func isDone(_ request: farm_request) -> Bool {
        // MPI frees the request behind the handle when it is done; the copy is not used again.
        var request = request
        var isDone: Int32 = 0
        var status = farm_status()
        return farm_mpi_test(&request, &isDone, &status) != MPI_SUCCESS || isDone != 0
    }

    /// Whether only a new world helps.
    var isTooMuch: Bool {
        state.withLock { $0.communicators >= Self.mostCommunicators || $0.bytes >= Self.mostBytes }
    }
}
