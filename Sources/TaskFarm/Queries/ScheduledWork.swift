import FarmTransport

/// What a run's process has to do.
package struct ScheduledWork: Sendable, Decodable {
    package let schedule: ScheduleStatus.Words
    package let run: ScheduledRunStatus?
    /// How the run before has ended; nil if there is none.
    package let before: String?
}

extension ScheduleStatus {
    /// What the process of a run needs of its schedule.
    package struct Words: Sendable, Decodable {
        package let file: String
        /// Nanoseconds since 1970.
        package let added: Int64
        package let cron: String
        package let timezone: String
        package let overlap: String
        package let catchUp: String
        package let jitterSeconds: Int64
        package let keep: Int?
        package let notify: [String: String]
        package let surroundings: Surroundings

        private enum CodingKeys: String, CodingKey {
            case file, added, cron, timezone, overlap, keep, notify, surroundings
            case catchUp = "catch_up"
            case jitterSeconds = "jitter_seconds"
        }

        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            file = try values.decode(String.self, forKey: .file)
            added = try values.decode(Int64.self, forKey: .added)
            cron = try values.decode(String.self, forKey: .cron)
            timezone = try values.decode(String.self, forKey: .timezone)
            overlap = try values.decode(String.self, forKey: .overlap)
            catchUp = try values.decode(String.self, forKey: .catchUp)
            jitterSeconds = try values.decode(Int64.self, forKey: .jitterSeconds)
            keep = try values.decodeIfPresent(Int.self, forKey: .keep)
            notify = try values.decodeIfPresent([String: String].self, forKey: .notify) ?? [:]
            surroundings = try values.decode(Place.self, forKey: .surroundings).surroundings
        }
    }
}

/// What a run's process tells.
package struct ScheduledReport: Sendable, Encodable {
    var query = "schedule"
    var `do` = "report"
    package var name: String
    /// Nanoseconds since 1970.
    package var at: Int64
    package var state = "running"
    package var cause = ""
    package var job: UInt32?
    package var digest = ""
    package var tasks = 0
    package var succeeded = 0
    package var note = ""

    package init(name: String, at: Instant) {
        self.name = name
        self.at = at.nanoseconds
    }
}
