public import FarmCore

/// One ended attempt, in a `results` message behind its ``ResultsHeader``: 64 bytes, then the attempt's
/// payload (``AttemptPayload``).
///
/// Layout: u32 length of header and payload · u8 state · u8 cause · u16 zero · name (u64 task · u32 attempt ·
/// u32 epoch) · i32 exit code · u32 peak KiB · i64 started at · i64 duration · i64 cpu · u64 hint.
public struct ResultEntry: Equatable, Sendable {
    /// Bytes before the payload.
    public static let size = 64

    /// How the attempt ended.
    public var report: AttemptReport
    /// What the dispatch carried.
    public var hint: UInt64

    /// An entry with the fields given.
    public init(report: AttemptReport, hint: UInt64) {
        self.report = report
        self.hint = hint
    }

    /// Appends the entry and its payload. No allocation but the buffer's own growth.
    public static func append(_ header: ResultEntry, payload: UnsafeRawBufferPointer, to bytes: inout [UInt8])
    {
        let report = header.report
        bytes.appendEntry(size: size, payload: payload) { target in
            target.put32(UInt32(size + payload.count), at: 0)
            target.put32(UInt32(report.state.rawValue) | UInt32(report.cause.rawValue) << 8, at: 4)
            target.put(report.name, at: 8)
            target.put32(UInt32(bitPattern: report.exitCode), at: 24)
            target.put32(report.peakMemoryKiB, at: 28)
            target.put64(report.startedAt.nanoseconds, at: 32)
            target.put64(report.durationNanoseconds, at: 40)
            target.put64(report.cpuNanoseconds, at: 48)
            target.put64(header.hint, at: 56)
        }
    }

    /// Reads the entry at `offset` of a message body and moves `offset` behind it; nil at the end of the
    /// body. The payload points into `body`.
    public static func next(
        in body: UnsafeRawBufferPointer, at offset: inout Int
    ) throws(WireError) -> (header: ResultEntry, payload: UnsafeRawBufferPointer)? {
        guard offset < body.count else { return nil }
        let start = offset
        let length = try body.entryLength(start, size: size)
        guard let state = TaskState(rawValue: body[start + 4]),
            state == .succeeded || state == .failed || state == .cancelled
        else {
            throw WireError(.badValue, "state", at: start + 4, "an attempt succeeds, fails or is cancelled")
        }
        guard let cause = Cause(rawValue: body[start + 5]) else {
            throw WireError(.badValue, "cause", at: start + 5, "\(body[start + 5]) is no cause")
        }
        guard body.loadUnaligned(fromByteOffset: start + 6, as: UInt16.self) == 0 else {
            throw WireError(.badValue, "zero", at: start + 6, "these two bytes must be zero")
        }
        let report = AttemptReport(
            name: body.name(start + 8), state: state, cause: cause,
            exitCode: Int32(bitPattern: body.word32(start + 24)),
            startedAt: Instant(nanoseconds: try body.nanoseconds(start + 32, "started at", limit: .max)),
            durationNanoseconds: try body.nanoseconds(start + 40, "duration"),
            cpuNanoseconds: try body.nanoseconds(start + 48, "cpu"), peakMemoryKiB: body.word32(start + 28))
        offset = start + length
        return (
            ResultEntry(report: report, hint: body.word64(start + 56)),
            UnsafeRawBufferPointer(rebasing: body[start + size..<offset])
        )
    }
}
