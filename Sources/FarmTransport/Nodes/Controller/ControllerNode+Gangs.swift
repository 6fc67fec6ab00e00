import FarmWire

/// What one rank's end has brought, until those of the others are in.
struct KeptPayload {
    var attempt: UInt32
    var isSuccess: Bool
    var rank: UInt16
    var bytes: [UInt8]
}

// The end of a collective task has the payload of the rank that speaks for it: the first that did not
// succeed, else the first of all. It may have come long before the last one's.
extension ControllerNode {
    /// A rank has ended: its payload is kept if it may be the task's.
    func keep(_ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer) {
        let isSuccess = entry.state == .succeeded
        if let known = gangPayloads[entry.task], known.attempt == entry.attempt {
            guard known.isSuccess, !isSuccess || entry.rank < known.rank else { return }
        }
        // Those that were only told to stop say nothing.
        guard isSuccess || entry.state == .failed else { return }
        gangPayloads[entry.task] = KeptPayload(
            attempt: entry.attempt, isSuccess: isSuccess, rank: entry.rank, bytes: Array(payload))
    }

    /// Writes the end of a collective attempt to its job's log.
    func logOfGang(_ entry: OutcomeEntry) {
        let kept = gangPayloads.removeValue(forKey: entry.task)?.bytes ?? []
        kept.withUnsafeBytes {
            CompletionEntry.append(entry, payload: $0, to: &logBuffer)
            keepResult(entry, $0)
        }
    }
}
