/// A moment, in nanoseconds since 1970-01-01 UTC, as the shell sees it; virtual in the simulator.
///
/// A shell derives it from a monotonic clock anchored once at start, so that it never runs backwards
/// within a process while still meaning the same thing in the next one.
public struct Instant: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    public static func + (a: Instant, nanoseconds: Int64) -> Instant {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(nanoseconds)
        return Instant(nanoseconds: overflow ? .max : sum)
    }

    /// Nanoseconds from `b` to `a`.
    public static func - (a: Instant, b: Instant) -> Int64 { a.nanoseconds &- b.nanoseconds }

    public static let zero = Instant(nanoseconds: 0)
    public static let never = Instant(nanoseconds: .max)
}

extension Int64 {
    /// Nanoseconds in the given number of milliseconds.
    public static func milliseconds(_ count: Int64) -> Int64 { count * 1_000_000 }
    /// Nanoseconds in the given number of seconds.
    public static func seconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }
}
