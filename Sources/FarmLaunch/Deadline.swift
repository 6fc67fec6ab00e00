import Dispatch
import FarmProcess

/// A moment up to which something is waited for.
struct Deadline: Sendable {
    private let nanoseconds: UInt64

    init(seconds: Double) {
        nanoseconds = MonotonicClock.nanoseconds() + UInt64(max(0, seconds) * 1e9)
    }

    /// Seconds that are left, 0 when it is over.
    var remaining: Double {
        let now = MonotonicClock.nanoseconds()
        return now >= nanoseconds ? 0 : Double(nanoseconds - now) / 1e9
    }

    var dispatchTime: DispatchTime { .now() + remaining }
}
