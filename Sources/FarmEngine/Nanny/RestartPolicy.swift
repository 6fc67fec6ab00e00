/// When a worker that crashed is started again: the first time at once, then with growing pauses, and not for
/// ever.
///
/// Pure: times are seconds of any clock.
struct RestartPolicy {
    /// A worker that lived so long had a good start; its end is a first one again.
    static let goodSeconds = 60.0
    static let longestPauseSeconds = 10.0
    /// More ends in a row than a task's default budget for lost engines: one task that kills its worker each
    /// time must not end the engine before it has used up its own tries.
    static let mostInARow = 20

    private(set) var inARow = 0

    /// How long to wait before the next start; nil if there is to be none.
    mutating func pause(afterSeconds lived: Double) -> Double? {
        if lived >= Self.goodSeconds { inARow = 0 }
        inARow += 1
        guard inARow <= Self.mostInARow else { return nil }
        return inARow == 1 ? 0 : min(Self.longestPauseSeconds, 0.05 * Double(1 << min(inARow - 2, 20)))
    }
}
