internal import Glibc

/// Nanoseconds of CLOCK_MONOTONIC, the clock of all times in this module.
public enum MonotonicClock {
    /// Now; about 25 ns.
    public static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
