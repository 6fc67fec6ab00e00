internal import Glibc

/// Nanoseconds of CLOCK_MONOTONIC, the clock of all times in this module.
public enum MonotonicClock {
    /// Now; about 25 ns.
    public static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// What `poll` takes to wait until then: rounded up, -1 for ever, at most a minute.
    static func milliseconds(until deadline: UInt64) -> Int32 {
        if deadline == .max { return -1 }
        let now = nanoseconds()
        return deadline <= now ? 0 : Int32(min((deadline - now + 999_999) / 1_000_000, 60_000))
    }
}
