import FarmTransport

/// Entries of one job's outcome log as they came: a copy, or the whole message that brought them.
struct CompletionChunk: Sendable {
    var bytes: [UInt8]
    /// Where they begin.
    var start = 0
    /// The first entry's place in the log.
    var firstCursor: UInt64
    var count: Int
    /// When they came, by the client's clock.
    var receivedAt: Instant
    /// Bytes to give back to the controller's window when they are done with; 0 if somebody else does.
    var credit: Int

    /// Walks the entries from `cursor` on. Entries that cannot be read end the walk: the transport has
    /// checked their message's beginning only.
    func walk(
        from cursor: UInt64, _ body: (OutcomeEntry, UnsafeRawBufferPointer, _ offset: Int) -> Void
    ) {
        bytes.withUnsafeBytes { buffer in
            var offset = start
            var place = firstCursor
            var start = start
            while let (entry, payload) = try? CompletionEntry.next(in: buffer, at: &offset) {
                if place >= cursor { body(entry, payload, start) }
                place += 1
                start = offset
            }
        }
    }
}
