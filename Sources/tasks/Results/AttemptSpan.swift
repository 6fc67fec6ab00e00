import FarmTransport
import TaskFarm

/// Where and when an attempt ran, or a rank of a collective one.
struct AttemptSpan {
    var engine: EngineID
    var state: TaskState
    var start: Instant
    var end: Instant
    var attempt: Int
    /// Of a rank in an attempt; false for an attempt as a whole.
    var isRank: Bool

    /// Nil if it never began.
    init?(_ record: AttemptRecord, isRank: Bool) {
        guard let engine = record.engine, let start = record.startedAt else { return nil }
        (self.engine, state, attempt, self.isRank) = (engine, record.state, record.attempt, isRank)
        (self.start, end) = (min(start, record.endedAt), record.endedAt)
    }

    init(engine: EngineID, state: TaskState, start: Instant, end: Instant, attempt: Int, isRank: Bool) {
        (self.engine, self.state, self.start) = (engine, state, start)
        (self.end, self.attempt, self.isRank) = (end, attempt, isRank)
    }
}

extension AttemptSpan {
    static let byteCount = 28

    func append(to bytes: inout [UInt8]) {
        bytes.add(engine.raw)
        bytes.add(UInt32(state.rawValue) | (isRank ? 1 << 16 : 0))
        bytes.add(UInt32(clamping: attempt))
        bytes.add(start.nanoseconds)
        bytes.add(end.nanoseconds)
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> UInt32 {
            bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        }
        func time(_ offset: Int) -> Instant {
            Instant(nanoseconds: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        }
        guard let state = TaskState(rawValue: UInt8(truncatingIfNeeded: word(1))) else { return nil }
        self.init(
            engine: EngineID(word(0)), state: state, start: time(12), end: time(20), attempt: Int(word(2)),
            isRank: word(1) >> 16 != 0)
    }
}
