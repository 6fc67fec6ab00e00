import FarmTransport

/// A schedule to be added: a batch file, and when it runs.
public struct ScheduleRequest: Sendable, Encodable {
    /// Letters, digits, `_`, `-` and `.`.
    public var name: String
    /// The batch file, by its absolute path on the controller's host.
    public var file: String
    /// When it fires: five fields, a word as `@daily`, or `@every 90s`.
    public var cron: String
    /// In whose time: a zone's name.
    public var timezone: String
    /// `skip`, `queue` or `replace`.
    public var overlap = "skip"
    /// `none`, `latest` or `all`.
    public var catchUp = "latest"
    /// Seconds by which each firing is put off at most.
    public var jitterSeconds = 0
    /// Runs that are kept with their jobs.
    public var keep: Int?
    /// Shell lines for when a run has ended, by `failure`, `recovery` and `success`.
    public var notify: [String: String] = [:]
    /// Where its runs are submitted from.
    public var surroundings: Surroundings

    /// A schedule with the defaults.
    public init(
        name: String, file: String, cron: String, timezone: String, surroundings: Surroundings
    ) {
        self.name = name
        self.file = file
        self.cron = cron
        self.timezone = timezone
        self.surroundings = surroundings
    }

    private enum CodingKeys: String, CodingKey {
        case name, file, cron, timezone, overlap, keep, notify, surroundings
        case catchUp = "catch_up"
        case jitterSeconds = "jitter_seconds"
    }

    /// Writes what the query has.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(file, forKey: .file)
        try values.encode(cron, forKey: .cron)
        try values.encode(timezone, forKey: .timezone)
        try values.encode(overlap, forKey: .overlap)
        try values.encode(catchUp, forKey: .catchUp)
        try values.encode(jitterSeconds, forKey: .jitterSeconds)
        try values.encodeIfPresent(keep, forKey: .keep)
        try values.encode(notify, forKey: .notify)
        try values.encode(Place(surroundings), forKey: .surroundings)
    }
}

/// Surroundings as schedules carry them.
struct Place: Codable {
    var dir: String
    var env: [String: String]

    init(_ surroundings: Surroundings) {
        dir = surroundings.directory
        env = Dictionary(surroundings.environment.map { ($0.name, $0.value) }) { $1 }
    }

    var surroundings: Surroundings {
        Surroundings(
            directory: dir,
            environment: env.sorted { $0.key < $1.key }.map { TaskTemplate.Variable($0.key, $0.value) })
    }
}
