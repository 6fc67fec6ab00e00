/// Counts what the program has read of each session's completions, which is what the controller gives credit
/// for.
///
/// Bytes of an earlier session that are still unread are read first, and are no business of the present
/// session: they would add to its credit what it never sent.
struct CompletionCredit {
    /// Delivered in earlier sessions and not read.
    private(set) var carriedBytes = 0
    private(set) var deliveredBytes = 0
    private(set) var consumedBytes = 0
    private(set) var toldBytes = 0

    mutating func deliver(_ bytes: Int) { deliveredBytes += bytes }

    /// For a body that the program does not see.
    mutating func drop(_ bytes: Int) {
        deliveredBytes += bytes
        consumedBytes += bytes
    }

    mutating func consume(_ bytes: Int) {
        let old = min(max(0, bytes), carriedBytes)
        carriedBytes -= old
        consumedBytes = min(deliveredBytes, consumedBytes + max(0, bytes) - old)
    }

    /// What to tell the controller, if a quarter of the window has been read since it was told last.
    mutating func report(windowBytes: Int) -> UInt64? {
        guard consumedBytes - toldBytes >= max(1, windowBytes / 4) else { return nil }
        toldBytes = consumedBytes
        return UInt64(consumedBytes)
    }

    mutating func sessionEnded() {
        carriedBytes += deliveredBytes - consumedBytes
        deliveredBytes = 0
        consumedBytes = 0
        toldBytes = 0
    }
}
