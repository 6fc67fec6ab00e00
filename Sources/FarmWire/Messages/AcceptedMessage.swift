public import FarmCore

/// Parts of a submission are safe: they will be run whatever happens.
public struct AcceptedMessage: WireMessage {
    /// The submission's key.
    public var key: UniqueKey
    /// This part and all before it are accepted.
    public var part: UInt32
    /// The job that the submission makes.
    public var job: JobID
    /// Tasks of the job so far.
    public var taskCount: UInt32

    /// A message with the fields given.
    public init(key: UniqueKey, part: UInt32, job: JobID, taskCount: UInt32) {
        self.key = key
        self.part = part
        self.job = job
        self.taskCount = taskCount
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.key(key)
            writer.u32(part)
            writer.u32(job.raw)
            writer.u32(taskCount)
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        key = try reader.key("key")
        part = try reader.u32("part")
        job = JobID(try reader.u32("job"))
        taskCount = try reader.u32("task count")
        try reader.end()
    }
}
