/// A job as the controller has it, at one moment.
public struct JobStatus: Sendable, Decodable, Identifiable {
    /// Tasks that share a template and a policy: one of a batch file's `tasks:`, as a rule.
    public struct Group: Sendable, Decodable, Hashable {
        /// Its name in the batch file; may be empty.
        public let name: String
        /// Index of its first task in the job.
        public let base: Int
        /// How many tasks it has.
        public let count: Int
        /// Which of the job's templates is theirs.
        public let template: Int
    }

    /// The job's number.
    public let id: JobID
    /// What its submission was named by, in 32 hexadecimal digits; empty if the controller does not tell.
    public let key: String
    /// Its name; empty if it has none.
    public let name: String
    /// Its labels.
    public let labels: [String: String]
    /// Whose it is.
    public let owner: String
    /// Its tasks by state.
    public let counts: StateCounts
    /// How many tasks it has so far.
    public let taskCount: Int
    /// Whether all of its parts are in.
    public let isSealed: Bool
    /// When the controller took its first part.
    public let submittedAt: Instant
    /// When its last task ended; nil while one has not.
    public let endedAt: Instant?
    /// Entries of its outcome log so far.
    public let entryCount: UInt64
    /// The job of which it does some tasks again; nil for most.
    public let supersedes: JobID?
    /// Jobs that do some of its tasks again, oldest first; empty in a listing of many jobs.
    public let supersededBy: [JobID]
    /// Whether it outlives its controller.
    public let isDurable: Bool
    /// Whether it is paused itself; the whole farm may be, too.
    public let isPaused: Bool
    /// Its share of its owner's slots beside the owner's other jobs: 2 is twice the usual.
    public let weight: Double
    /// What holds its tasks back, or has stopped them; empty in a listing of many jobs.
    public let brakes: [BrakeStatus]
    /// Its groups, in order; empty in a listing of many jobs.
    public let groups: [Group]

    /// Whether all of its tasks are in and have ended.
    public var isEnded: Bool { isSealed && counts.ended >= taskCount }

    private enum CodingKeys: String, CodingKey {
        case id, key, name, labels, owner, counts, tasks, sealed, submitted, ended, entries, groups
        case supersedes, durable, paused, weight, brakes
        case supersededBy = "superseded_by"
    }

    /// Reads the answer to `job`, or one of those to `jobs`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.job(.id)
        key = try values.decodeIfPresent(String.self, forKey: .key) ?? ""
        name = try values.decode(String.self, forKey: .name)
        labels = try values.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        owner = try values.decode(String.self, forKey: .owner)
        counts = try values.counts(.counts)
        taskCount = try values.decode(Int.self, forKey: .tasks)
        isSealed = try values.decode(Bool.self, forKey: .sealed)
        submittedAt = try values.instant(.submitted)
        endedAt = try values.laterInstant(.ended)
        entryCount = try values.decode(UInt64.self, forKey: .entries)
        supersedes = try values.decodeIfPresent(UInt32.self, forKey: .supersedes).map { JobID($0) }
        supersededBy =
            try values.decodeIfPresent([UInt32].self, forKey: .supersededBy)?.map { JobID($0) } ?? []
        isDurable = try values.decodeIfPresent(Bool.self, forKey: .durable) ?? true
        isPaused = try values.decodeIfPresent(Bool.self, forKey: .paused) ?? false
        weight = try values.decodeIfPresent(Double.self, forKey: .weight).map { $0 / 100 } ?? 1
        brakes = try values.decodeIfPresent([BrakeStatus].self, forKey: .brakes) ?? []
        groups = try values.decodeIfPresent([Group].self, forKey: .groups) ?? []
    }
}

struct JobList: Decodable {
    var jobs: [JobStatus]
}
