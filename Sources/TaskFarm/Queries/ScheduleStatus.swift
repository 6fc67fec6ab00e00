import FarmTransport

/// A schedule as the controller has it.
public struct ScheduleStatus: Sendable, Equatable, Decodable {
    /// What it is called.
    public let name: String
    /// The batch file that each run reads anew, by its absolute path on the controller's host.
    public let file: String
    /// The directory in which it was added, where its runs take place.
    public let directory: String
    /// Shell lines by what they are for: `failure`, `recovery`, `success`.
    public let notify: [String: String]
    /// When it fires: five fields, a word as `@daily`, or `@every 90s`.
    public let cron: String
    /// In whose time: a zone's name.
    public let timezone: String
    /// `skip`, `queue` or `replace`: what to do when the run before is still going.
    public let overlap: String
    /// `none`, `latest` or `all`: what to do about firings that were missed.
    public let catchUp: String
    /// Seconds by which each firing is put off at most.
    public let jitterSeconds: Int
    /// Runs that are kept with their jobs; nil: jobs stay as long as any others.
    public let keep: Int?
    /// Whether it fires.
    public let isEnabled: Bool
    /// The moment of the next firing; nil if there is none.
    public let nextFiring: Instant?
    /// When that runs, which is later with jitter.
    public let nextStart: Instant?
    /// The newest firing that has come.
    public let last: ScheduledRunStatus?
    /// The newest that went well.
    public let lastSuccess: ScheduledRunStatus?
    /// Why it does not fire, in words; nil if all is well.
    public let trouble: String?
    /// The history, the oldest first; only ``TaskClient/schedule(_:)`` fetches it.
    public let runs: [ScheduledRunStatus]

    private enum CodingKeys: String, CodingKey {
        case name, file, notify, cron, timezone, overlap, keep, enabled, next, last, trouble, runs
        case directory = "dir"
        case catchUp = "catch_up"
        case jitterSeconds = "jitter_seconds"
        case nextStart = "next_start"
        case lastSuccess = "last_success"
    }

    /// Reads an item of the answer to `schedules`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        file = try values.decode(String.self, forKey: .file)
        directory = try values.decodeIfPresent(String.self, forKey: .directory) ?? ""
        notify = try values.decodeIfPresent([String: String].self, forKey: .notify) ?? [:]
        cron = try values.decode(String.self, forKey: .cron)
        timezone = try values.decode(String.self, forKey: .timezone)
        overlap = try values.decode(String.self, forKey: .overlap)
        catchUp = try values.decode(String.self, forKey: .catchUp)
        jitterSeconds = try values.decode(Int.self, forKey: .jitterSeconds)
        keep = try values.decodeIfPresent(Int.self, forKey: .keep)
        isEnabled = try values.decode(Bool.self, forKey: .enabled)
        nextFiring = try values.laterInstant(.next)
        nextStart = try values.laterInstant(.nextStart)
        last = try values.decodeIfPresent(ScheduledRunStatus.self, forKey: .last)
        lastSuccess = try values.decodeIfPresent(ScheduledRunStatus.self, forKey: .lastSuccess)
        trouble = try values.decodeIfPresent(String.self, forKey: .trouble)
        runs = try values.decodeIfPresent([ScheduledRunStatus].self, forKey: .runs) ?? []
    }
}
