public import FarmCore

/// A client wants the completions of a job, from `cursor` on.
public struct SubscribeMessage: WireMessage {
    /// The job.
    public var job: JobID
    /// Entries of the job's outcome log before it are not wanted.
    public var cursor: UInt64

    /// A message with the fields given.
    public init(job: JobID, cursor: UInt64) {
        self.job = job
        self.cursor = cursor
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u32(job.raw)
            writer.u64(cursor)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        job = JobID(try reader.u32("job"))
        cursor = try reader.u64("cursor")
        try reader.end()
    }
}
