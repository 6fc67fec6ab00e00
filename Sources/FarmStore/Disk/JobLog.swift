import FarmCore

/// What the ledger knows of one job while it runs: where its rows are, and its newest outcome entries.
struct JobLog {
    /// Entries in one row.
    struct Segment {
        var first: UInt64
        var count: UInt32
        var row: Int64
    }

    /// False: nothing of it is written.
    var isDurable = true
    /// Rows of the submission, in order.
    var parts: [Int64] = []
    /// Rows of outcomes, in order.
    var segments: [Segment] = []
    /// Those entries that are in memory: always the ones that are not safe, mostly some more.
    var memory = OutcomeLog()
    /// The cursor behind the last safe entry.
    var safeEnd: UInt64 = 0
    /// Bytes of its rows.
    var stored = 0

    /// The segment that holds the cursor. O(log segments).
    func segment(with cursor: UInt64) -> Segment? {
        var low = 0
        var high = segments.count - 1
        while low <= high {
            let middle = (low + high) / 2
            let segment = segments[middle]
            if cursor < segment.first {
                high = middle - 1
            } else if cursor >= segment.first + UInt64(segment.count) {
                low = middle + 1
            } else {
                return segment
            }
        }
        return nil
    }
}
