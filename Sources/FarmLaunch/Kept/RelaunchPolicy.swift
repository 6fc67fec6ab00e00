/// When an engine whose nanny died is started again: the first time at once, then with growing pauses, and
/// not for ever.
///
/// A nanny looks after its worker by itself; that it dies too is rare, and as a rule somebody's `kill -9`.
struct RelaunchPolicy {
    /// An engine that lived so long had a good start; its end is a first one again. What cannot start, for
    /// want of memory or because its program crashes, dies sooner.
    static let goodSeconds = 3.0
    static let mostInARow = 8

    private var inARow = 0

    /// Seconds to wait before the next start; nil if there is to be none.
    mutating func pause(afterSeconds lived: Double) -> Double? {
        if lived >= Self.goodSeconds { inARow = 0 }
        inARow += 1
        guard inARow <= Self.mostInARow else { return nil }
        return inARow == 1 ? 0 : 0.1 * Double(1 << (inARow - 2))
    }
}
