public import FarmCore

/// One entry of a job's outcome log, in a `completions` message behind its ``CompletionsHeader`` and in the
/// ledger: 72 bytes, then the payload of the attempt that ended, as the engine sent it (``AttemptPayload``).
///
/// Layout: u32 length of header and payload · u8 kind · u8 state · u8 cause · u8 stage · u64 task · u32 count
/// · u32 attempt · u32 engine · i32 exit code · i64 started at · i64 ended at · i64 cpu · u32 peak KiB · u32
/// rank · u64 root.
public enum CompletionEntry {
    /// Bytes before the payload.
    public static let size = 72

    /// Appends the entry and its payload. No allocation but the buffer's own growth.
    public static func append(
        _ header: OutcomeEntry, payload: UnsafeRawBufferPointer, to bytes: inout [UInt8]
    ) {
        bytes.appendEntry(size: size, payload: payload) { target in
            target.put32(UInt32(size + payload.count), at: 0)
            let (kind, state, cause) = (header.kind.rawValue, header.state.rawValue, header.cause.rawValue)
            target.put32(
                UInt32(kind) | UInt32(state) << 8 | UInt32(cause) << 16 | UInt32(header.stage) << 24, at: 4)
            target.put64(header.task.raw, at: 8)
            target.put32(header.count, at: 16)
            target.put32(header.attempt, at: 20)
            target.put32(header.engine.raw, at: 24)
            target.put32(UInt32(bitPattern: header.exitCode), at: 28)
            target.put64(header.startedAt.nanoseconds, at: 32)
            target.put64(header.endedAt.nanoseconds, at: 40)
            target.put64(header.cpuNanoseconds, at: 48)
            target.put32(header.peakMemoryKiB, at: 56)
            target.put32(UInt32(header.rank), at: 60)
            target.put64(header.root.raw, at: 64)
        }
    }

    /// Reads the entry at `offset` of a message body and moves `offset` behind it; nil at the end of the
    /// body. The payload points into `body`.
    public static func next(
        in body: UnsafeRawBufferPointer, at offset: inout Int
    ) throws(WireError) -> (header: OutcomeEntry, payload: UnsafeRawBufferPointer)? {
        guard offset < body.count else { return nil }
        let start = offset
        let length = try body.entryLength(start, size: size)
        guard let kind = OutcomeEntry.Kind(rawValue: body[start + 4]),
            let state = TaskState(rawValue: body[start + 5]), let cause = Cause(rawValue: body[start + 6])
        else {
            throw WireError(
                .badValue, "kind, state, cause", at: start + 4, "one of these three bytes has no meaning")
        }
        guard body[start + 7] == 0 || kind == .attempt else {
            throw WireError(.badValue, "stage", at: start + 7, "only an attempt is followed by a recovery")
        }
        let rank = body.word32(start + 60)
        guard rank == 0 || (kind == .rank && rank < PoolSeat.most) else {
            throw WireError(
                .badValue, "rank", at: start + 60,
                "\(rank): it must be zero but in the entry of a rank, and below \(PoolSeat.most) there")
        }
        let task = TaskID(raw: body.word64(start + 8))
        let count = body.word32(start + 16)
        guard UInt64(task.index) + UInt64(count) <= 1 << 32 else {
            throw WireError(
                .badValue, "task count", at: start + 16, "\(count) tasks from \(task) on pass the last index")
        }
        var entry = OutcomeEntry(
            kind: kind, task: task, count: count, state: state, cause: cause,
            attempt: body.word32(start + 20),
            engine: EngineID(body.word32(start + 24)), exitCode: Int32(bitPattern: body.word32(start + 28)),
            startedAt: Instant(nanoseconds: try body.nanoseconds(start + 32, "started at", limit: .max)),
            endedAt: Instant(nanoseconds: try body.nanoseconds(start + 40, "ended at", limit: .max)),
            cpuNanoseconds: try body.nanoseconds(start + 48, "cpu"), peakMemoryKiB: body.word32(start + 56),
            root: TaskID(raw: body.word64(start + 64)))
        entry.stage = body[start + 7]
        entry.rank = UInt16(rank)
        offset = start + length
        return (entry, UnsafeRawBufferPointer(rebasing: body[start + size..<offset]))
    }
}
