/// One part of a submission, as the wire carries it and the scheduler takes it.
///
/// A submission is named by its key; parts are numbered from 0. A *sealed* one (a file) is put together
/// first: nothing of it is queued before its last part. A *streaming* one (a map) queues each part as it
/// comes.
public struct SubmissionPart: Equatable, Sendable {
    public var key: UniqueKey
    public var part: UInt32
    /// No part follows.
    public var isLast: Bool
    /// In part 0: whoever submits wants the job's completions from its beginning on, without asking for them.
    public var follows: Bool
    /// With part 0 only.
    public var header: JobHeader?
    /// Template bodies (JSON, docs/protocol.md), numbered over the whole job in the order in which they come.
    public var templates: [[UInt8]]
    /// Groups, numbered over the whole job in the order in which they come.
    public var groups: [GroupSpec]

    public init(
        key: UniqueKey, part: UInt32, isLast: Bool, follows: Bool = false, header: JobHeader?,
        templates: [[UInt8]] = [], groups: [GroupSpec] = []
    ) {
        self.key = key
        self.part = part
        self.isLast = isLast
        self.follows = follows
        self.header = header
        self.templates = templates
        self.groups = groups
    }
}

/// What all tasks of a job share.
public struct JobHeader: Equatable, Sendable {
    /// May be empty; then the job is known by its number only.
    public var name: String
    public var labels: [Label]
    public var isStreaming: Bool
    /// Where it was submitted from: working directory and inherited environment of commands (JSON,
    /// docs/protocol.md); sent to engines with each of its templates. The scheduler does not read it.
    public var surroundings: [UInt8]
    /// False: the job is kept in memory only and ends with the controller; nothing of it waits for the disk.
    public var isDurable: Bool
    /// The job of which this one does some tasks again; their groups' `points` say which.
    public var supersedes: JobID?
    /// Its share of its owner's slots beside the owner's other jobs', in hundredths: 200 is twice the usual.
    public var weight: UInt32
    /// Holds the tasks of all its groups back together.
    public var brake: Brake

    public init(
        name: String = "", labels: [Label] = [], isStreaming: Bool = false, surroundings: [UInt8] = [],
        isDurable: Bool = true, supersedes: JobID? = nil, weight: UInt32 = 100, brake: Brake = Brake()
    ) {
        self.name = name
        self.labels = labels
        self.isStreaming = isStreaming
        self.surroundings = surroundings
        self.isDurable = isDurable
        self.supersedes = supersedes
        self.weight = weight
        self.brake = brake
    }
}

/// A key and its value, as in `--label project=heat`.
public struct Label: Hashable, Sendable {
    public var key: String
    public var value: String

    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// Tasks that share a template and a policy: an array (whose tasks cost nothing until they are dispatched),
/// or as many tasks as there are payloads.
public struct GroupSpec: Equatable, Sendable {
    /// Position of the template in the job.
    public var template: UInt32
    /// Tasks in it. With payloads: as many as there are payloads in this part.
    public var count: UInt32
    /// The task's name in its batch file (`solve`); may be empty.
    public var name: String
    public var policy: TaskPolicy
    public var after: [Dependency]
    /// In a streaming submission: these tasks go on the end of the job's last group, whose template, name,
    /// policy and `after` hold; those given here are not read.
    public var isContinuation: Bool
    /// One payload a task; empty for an array.
    public var payloads: PayloadBlock
    /// In a job that does tasks of another again: the index there of each task, rising; else empty.
    public var points: [UInt32]
    /// With points: the index in that job at which the group's template begins to count. Without: the index
    /// with which the template of the first task is expanded; 0 unless the group goes on with the array of
    /// one before it.
    public var pointBase: UInt32

    public init(
        template: UInt32, count: UInt32, name: String = "", policy: TaskPolicy = TaskPolicy(),
        after: [Dependency] = [], isContinuation: Bool = false, payloads: PayloadBlock = PayloadBlock(),
        points: [UInt32] = [], pointBase: UInt32 = 0
    ) {
        self.template = template
        self.count = count
        self.name = name
        self.policy = policy
        self.after = after
        self.isContinuation = isContinuation
        self.payloads = payloads
        self.points = points
        self.pointBase = pointBase
    }

    /// The index that the template of the task at this offset is expanded with. O(1).
    public func templateIndex(_ offset: UInt32) -> UInt32 {
        points.isEmpty ? offset &+ pointBase : points[Int(offset)] &- pointBase
    }
}

/// Payloads laid end to end: payload `i` is `bytes[ends[i - 1]..<ends[i]]`.
public struct PayloadBlock: Equatable, Sendable {
    public var bytes: [UInt8]
    public var ends: [UInt32]

    public init(bytes: [UInt8] = [], ends: [UInt32] = []) {
        self.bytes = bytes
        self.ends = ends
    }

    public var count: Int { ends.count }

    /// The bytes' range of payload `index`. Precondition: `index` is below `count`.
    public func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    public mutating func append(_ payload: some Sequence<UInt8>) {
        bytes.append(contentsOf: payload)
        ends.append(UInt32(bytes.count))
    }
}
