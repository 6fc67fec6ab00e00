public import FarmCore

/// A message that names a job and nothing else: a client no longer wants its completions (`unsubscribe`), its
/// templates are no longer needed (`forget`), the controller does not know it (`gone`).
public struct JobMessage: WireMessage {
    /// The job.
    public var job: JobID

    /// A message with the fields given.
    public init(job: JobID) { self.job = job }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in writer.u32(job.raw) }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        job = JobID(try reader.u32("job"))
        try reader.end()
    }
}
