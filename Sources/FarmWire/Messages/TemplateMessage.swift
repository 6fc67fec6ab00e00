public import FarmCore

/// What the tasks of a group share, sent to an engine once a session before the group's first dispatch.
public struct TemplateMessage: WireMessage {
    /// The job.
    public var job: JobID
    /// The group's position in its job.
    public var group: UInt32
    /// The group's name; may be empty.
    public var name: String
    /// Nanoseconds that an attempt may run; 0 for no limit.
    public var timeoutNanoseconds: Int64
    /// Nanoseconds between TERM and KILL.
    public var graceNanoseconds: Int64
    /// Nanoseconds that an attempt is said to take; 0 if nothing is said.
    public var lastingNanoseconds: Int64
    /// CPUs that an attempt takes.
    public var cpus: UInt32
    /// Bytes of memory that an attempt may use; 0 if it is not said.
    public var memoryBytes: UInt64
    /// GPUs that an attempt takes.
    public var gpus: UInt32
    /// The lane that its attempts are in, beside the engine's slots; empty for none.
    public var lane: String
    /// The template's body, JSON (docs/protocol.md).
    public var template: [UInt8]
    /// Where the job was submitted from, JSON (docs/protocol.md).
    public var surroundings: [UInt8]

    /// What the tasks have left behind whose results the template names, by rising name.
    public var results: [TaskResultEntry]

    /// A message with the fields given.
    public init(
        job: JobID, group: UInt32, name: String, timeoutNanoseconds: Int64, graceNanoseconds: Int64,
        lastingNanoseconds: Int64 = 0, cpus: UInt32, memoryBytes: UInt64 = 0, gpus: UInt32 = 0,
        lane: String = "", template: [UInt8], surroundings: [UInt8], results: [TaskResultEntry] = []
    ) {
        self.job = job
        self.group = group
        self.name = name
        self.timeoutNanoseconds = timeoutNanoseconds
        self.graceNanoseconds = graceNanoseconds
        self.lastingNanoseconds = lastingNanoseconds
        self.cpus = cpus
        self.memoryBytes = memoryBytes
        self.gpus = gpus
        self.lane = lane
        self.template = template
        self.surroundings = surroundings
        self.results = results
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u32(job.raw)
            writer.u32(group)
            writer.string(name)
            writer.i64(timeoutNanoseconds)
            writer.i64(graceNanoseconds)
            writer.i64(lastingNanoseconds)
            writer.u32(cpus)
            writer.u64(memoryBytes)
            writer.u32(gpus)
            writer.string(lane)
            writer.block(template)
            writer.block(surroundings)
            writer.list(results) { $0.taskResult($1) }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        job = JobID(try reader.u32("job"))
        group = try reader.u32("group")
        name = try reader.string("group name")
        timeoutNanoseconds = try reader.nanoseconds("timeout")
        graceNanoseconds = try reader.nanoseconds("grace")
        lastingNanoseconds = try reader.nanoseconds("lasting")
        cpus = try reader.u32("cpus")
        memoryBytes = try reader.u64("memory")
        gpus = try reader.u32("gpus")
        lane = try reader.string(limit: WireLimits.shortText, "lane")
        template = try reader.bytes(limit: WireLimits.template, "template")
        surroundings = try reader.bytes(limit: WireLimits.surroundings, "surroundings")
        results = try reader.list(itemBytes: 18, limit: NamedResult.most, "results") {
            reader throws(WireError) in try reader.taskResult()
        }
        try reader.end()
    }
}
