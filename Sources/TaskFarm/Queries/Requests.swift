// What is asked, as docs/protocol.md has it: an object with `query` and the arguments.

/// `status`, `jobs`, `engines`, `engine-ids`.
struct PlainQuery: Encodable, Sendable {
    var query: String
}

struct JobQuery: Encodable, Sendable {
    var query = "job"
    var job: UInt32?
    var name: String?
}

struct TasksQuery: Encodable, Sendable {
    var query = "tasks"
    var job: UInt32
    var first: UInt32
    var count: UInt32
}

struct DrainQuery: Encodable, Sendable {
    var query = "drain"
    var engines: [UInt32]
    var now: Bool
}

/// `units`: what there is to tell of each, as `LauncherReport` has it.
struct LauncherQuery: Encodable, Sendable {
    var query = "launcher"
    var launcher: String
    var series: String
    var tags: [String]
    var spare: Int
    var trouble: String
    var units: [LauncherReport.Unit]
}

/// `ranges` hold first index and count, null for all of the job.
struct InterruptQuery: Encodable, Sendable {
    struct Range: Encodable, Sendable {
        var job: UInt32
        var first: UInt32 = 0
        var count: UInt32?
    }

    var query = "interrupt"
    var ranges: [Range]
}

/// `lane`: nil, which is left out, for all lanes of the engine.
struct ClearQuery: Encodable, Sendable {
    var query = "clear"
    var engine: UInt32
    var lane: String?
}

struct WhyQuery: Encodable, Sendable {
    var query = "why"
    var task: String
}

struct TemplateQuery: Encodable, Sendable {
    var query = "template"
    var job: UInt32
    var template: Int
    var offset: Int
}

struct OutputQuery: Encodable, Sendable {
    var query = "output"
    var task: String
    var stream: String
    var offset: Int
}

struct StopQuery: Encodable, Sendable {
    var query = "stop"
    var now: Bool
}

struct ResolveQuery: Encodable, Sendable {
    var query = "resolve"
    var selector: String
}

struct RetryQuery: Encodable, Sendable {
    var query = "retry"
    var selector: String
    var failed: Bool
    var dependents: Bool
    var key: String
}

/// `jobs`: nil, which is written as null, for the whole farm.
struct PauseQuery: Encodable, Sendable {
    var jobs: [UInt32]?
    var paused: Bool

    private enum CodingKeys: String, CodingKey { case query, jobs, paused }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode("pause", forKey: .query)
        try values.encode(jobs, forKey: .jobs)
        try values.encode(paused, forKey: .paused)
    }
}

struct PurgeQuery: Encodable, Sendable {
    var query = "purge"
    var job: UInt32
}

/// An answer of which nothing is read.
struct NoReply: Decodable {
    init(from decoder: any Decoder) {}
}
