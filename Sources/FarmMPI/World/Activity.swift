import Synchronization

/// What one rank of a collective task is doing at the moment, for whoever has to say why it does not end.
///
/// Written by the thread that runs the function, read by any.
final class Activity: Sendable {
    let rank: Int
    let size: Int
    private let value = Atomic<UInt8>(Operation.meeting.rawValue)

    init(rank: Int, size: Int) {
        self.rank = rank
        self.size = size
    }

    var operation: Operation {
        get { Operation(rawValue: value.load(ordering: .relaxed)) ?? .none }
        set { value.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// `rank 1 of 4, in all-reduce`.
    var words: String {
        operation == .none
            ? "rank \(rank) of \(size), in its own code" : "rank \(rank) of \(size), in \(operation.word)"
    }
}
