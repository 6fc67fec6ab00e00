/// What holds back a job's tasks, or those of one of its groups, at one moment.
public struct BrakeStatus: Sendable, Decodable, Hashable {
    /// The group; nil for all of the job.
    public let group: Int?
    /// Tasks sent and not ended at a time; 0 for no limit.
    public let maxRunning: Int
    /// How many may fail, as it was written: `5`, `2.5%`; nil for any number.
    public let maxFailures: String?
    /// The same as a number of tasks, as far as they are there.
    public let allowedFailures: Int?
    /// So many tasks go first, alone; 0 for none.
    public let canary: Int
    /// Tasks that are sent at the moment.
    public let runningCount: Int
    /// Tasks that have succeeded.
    public let succeededCount: Int
    /// Tasks that failed or expired.
    public let failedCount: Int
    /// Tasks that there are.
    public let taskCount: Int
    /// `max-failures` or `canary` if it has stopped the tasks for that; else nil.
    public let stopped: String?

    private enum CodingKeys: String, CodingKey {
        case group, canary, allowed, stopped
        case maxRunning = "max_running"
        case maxFailures = "max_failures"
        case runningCount = "running"
        case succeededCount = "succeeded"
        case failedCount = "failed"
        case taskCount = "of"
    }

    /// Reads one of the brakes in the answer to `job`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        group = try values.decodeIfPresent(Int.self, forKey: .group)
        maxRunning = try values.decode(Int.self, forKey: .maxRunning)
        maxFailures = try values.decodeIfPresent(String.self, forKey: .maxFailures)
        allowedFailures = try values.decodeIfPresent(Int.self, forKey: .allowed)
        canary = try values.decode(Int.self, forKey: .canary)
        runningCount = try values.decode(Int.self, forKey: .runningCount)
        succeededCount = try values.decode(Int.self, forKey: .succeededCount)
        failedCount = try values.decode(Int.self, forKey: .failedCount)
        taskCount = try values.decode(Int.self, forKey: .taskCount)
        stopped = try values.decodeIfPresent(String.self, forKey: .stopped)
    }
}
