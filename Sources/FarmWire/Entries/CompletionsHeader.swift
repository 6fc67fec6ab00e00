public import FarmCore

/// The first 16 bytes of a `completions` body: u32 job · u32 count · u64 first cursor. So many
/// ``CompletionEntry`` follow.
public struct CompletionsHeader: Equatable, Sendable {
    /// Bytes before the first entry.
    public static let size = 16

    /// The job.
    public var job: JobID
    /// Entries that follow; their cursors follow one another.
    public var count: UInt32
    /// Position of the first of them in the job's outcome log.
    public var firstCursor: UInt64

    /// A header with the fields given.
    public init(job: JobID, count: UInt32, firstCursor: UInt64) {
        self.job = job
        self.count = count
        self.firstCursor = firstCursor
    }

    /// Appends the 16 bytes.
    public func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: (job.raw.littleEndian, count.littleEndian, firstCursor.littleEndian)) {
            bytes.append(contentsOf: $0)
        }
    }

    /// Reads the start of `body`; the first entry is at offset ``size``. Refused if so many entries cannot be
    /// there or the last cursor would pass 2^63; whether there are exactly so many only walking them tells.
    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        job = JobID(try reader.u32("job"))
        count = try reader.u32("count")
        firstCursor = try reader.u64("first cursor")
        guard Int(count) <= reader.remaining / CompletionEntry.size else {
            throw WireError(
                .truncated, "count", at: 4,
                "\(count) entries announced, but only \(reader.remaining) bytes follow")
        }
        guard firstCursor <= UInt64(Int64.max) - UInt64(count) else {
            throw WireError(.badValue, "first cursor", at: 8, "\(firstCursor) is beyond any log")
        }
    }
}
