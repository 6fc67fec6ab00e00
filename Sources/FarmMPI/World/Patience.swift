import Glibc

/// How a rank waits for others: at first it looks again and again, since most waits are over in
/// microseconds, and a processor that is let go comes back milliseconds later where others want it; then it
/// lets others have it between two looks; after a millisecond it sleeps, a sixteenth of what it has waited
/// so far, a millisecond at most. So a wait is made longer by 6 % at most, and one for a slow rank costs
/// next to no processor time.
struct Patience {
    private static let looks = 128
    /// Where there are more ranks than processors, the one that is waited for may need this one's.
    private static let spinNanoseconds: UInt64 = {
        let local = getenv("OMPI_COMM_WORLD_LOCAL_SIZE").flatMap { Int(String(cString: $0)) } ?? 1
        return local > sysconf(Int32(_SC_NPROCESSORS_ONLN)) ? 0 : 300_000
    }()
    private static let awakeNanoseconds: UInt64 = 1_000_000
    private static let longestSleepNanoseconds: UInt64 = 1_000_000

    private var count = 0
    private var startedAt: UInt64 = 0

    /// Between two looks.
    /// - Returns: whether it is time to see if the wait is still wanted, too.
    mutating func pause() -> Bool {
        count += 1
        guard count > Self.looks else { return count == 1 }
        let now = Self.nanoseconds()
        if startedAt == 0 { startedAt = now }
        let waited = now - startedAt
        if waited < Self.spinNanoseconds { return count % 256 == 0 }
        guard waited > Self.awakeNanoseconds else {
            sched_yield()
            return count % 16 == 0
        }
        var time = timespec(tv_sec: 0, tv_nsec: Int(min(waited / 16, Self.longestSleepNanoseconds)))
        nanosleep(&time, nil)
        return true
    }

    /// Of the monotonic clock.
    static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
