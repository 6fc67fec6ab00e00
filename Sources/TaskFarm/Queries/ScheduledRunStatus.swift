import FarmTransport

/// What became of one firing.
public struct ScheduledRunStatus: Sendable, Equatable, Decodable {
    /// The moment of the firing.
    public let at: Instant
    /// It was asked for by hand.
    public let isManual: Bool
    /// `queued`, `running`, `succeeded`, `failed`, `cancelled`, `refused`, `missed` or `skipped`.
    public let state: String
    /// Why, in words; empty where there is nothing to say.
    public let cause: String
    /// When it began to run; nil: not yet.
    public let startedAt: Instant?
    /// When it ended; nil: not yet.
    public let endedAt: Instant?
    /// Its job, if it has come to one.
    public let job: JobID?
    /// SHA-256 of the file as it was read, in hexadecimal digits; empty if it was not.
    public let digest: String
    /// Tasks of the job.
    public let tasks: Int
    /// How many of them have succeeded; known when it has ended.
    public let succeeded: Int
    /// What else is worth knowing.
    public let note: String

    private enum CodingKeys: String, CodingKey {
        case at, manual, state, cause, started, ended, job, digest, tasks, succeeded, note
    }

    /// Reads a row of the answer to `schedule`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        at = try values.instant(.at)
        isManual = try values.decode(Bool.self, forKey: .manual)
        state = try values.decode(String.self, forKey: .state)
        cause = try values.decode(String.self, forKey: .cause)
        startedAt = try values.laterInstant(.started)
        endedAt = try values.laterInstant(.ended)
        job = try values.decodeIfPresent(UInt32.self, forKey: .job).map { JobID($0) }
        digest = try values.decode(String.self, forKey: .digest)
        tasks = try values.decode(Int.self, forKey: .tasks)
        succeeded = try values.decode(Int.self, forKey: .succeeded)
        note = try values.decode(String.self, forKey: .note)
    }
}
