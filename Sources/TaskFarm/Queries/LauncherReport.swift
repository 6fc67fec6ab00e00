/// What a launcher tells the controller of engines that it has asked for and that are not here yet: then no
/// task that may need them is impossible, and `tasks why` names them.
public struct LauncherReport: Sendable, Equatable {
    /// A host, an allocation, a process.
    public struct Unit: Sendable, Equatable, Codable {
        /// What it is called.
        public var name: String
        /// Engines that will come of it.
        public var engines: Int
        /// `pending`, `starting` or `failing`.
        public var state: String
        /// What it waits for, or why it is tried again; may be empty.
        public var why: String
        /// What its engines' names are or begin with, before a `-`.
        public var series: String

        /// A unit with its engines.
        public init(name: String, engines: Int, state: String, why: String, series: String) {
            self.series = series
            self.name = name
            self.engines = engines
            self.state = state
            self.why = why
        }
    }

    /// What it is called.
    public var launcher: String
    /// As a unit's, of the engines that it starts by itself.
    public var series: String
    /// Tags of its engines.
    public var tags: [String]
    /// Engines that it starts by itself if there is work for them.
    public var spare: Int
    /// Why it cannot start any at the moment; empty if it can.
    public var trouble: String
    /// What is pending; none takes back what was told before.
    public var units: [Unit]

    /// A report.
    public init(
        launcher: String, series: String, tags: [String] = [], spare: Int = 0, trouble: String = "",
        units: [Unit]
    ) {
        self.launcher = launcher
        self.series = series
        self.tags = tags
        self.spare = spare
        self.trouble = trouble
        self.units = units
    }
}

/// Tasks that could run on one kind of engine, and wait for one: what more engines would do.
public struct WaitingWork: Sendable, Hashable, Decodable {
    /// How many they are.
    public var tasks: UInt64
    /// How long they are thought to take, one after the other; 0 if nobody knows.
    public var nanoseconds: Int64
    /// So many of them may run at the same moment, by brakes and limits of the farm.
    public var atOnce: UInt64
    /// CPUs that each needs.
    public var cpus: UInt32
    /// Bytes of memory that each needs.
    public var memory: UInt64
    /// GPUs that each needs.
    public var gpus: UInt32
    /// What else each needs of its engine.
    public var named: [String: UInt64]
    /// Tags that its engine has to have, all of them.
    public var tags: [String]
    /// Names, numbers or tags of engines, one of which it has to be; empty for any.
    public var targets: [String]
    /// Ranks of one pool that each needs, 0 for all of one; nil: it is not collective.
    public var ranks: UInt32?

    private enum CodingKeys: String, CodingKey {
        case tasks, nanoseconds, cpus, memory, gpus, named, tags, targets, ranks
        case atOnce = "at_once"
    }

    /// Work of tasks that need one CPU and nothing else.
    public init(tasks: UInt64, nanoseconds: Int64, atOnce: UInt64? = nil, cpus: UInt32 = 1) {
        (self.tasks, self.nanoseconds, self.atOnce, self.cpus) = (tasks, nanoseconds, atOnce ?? tasks, cpus)
        (memory, gpus, named, tags, targets, ranks) = (0, 0, [:], [], [], nil)
    }
}

// For those who start engines.
extension TaskClient {
    /// Tells of engines that are pending, in place of what this client has told before. It holds while the
    /// client is there, and half a minute longer if its connection breaks.
    /// - Throws: ``TaskClientError``: `notPermitted` but for launchers and admins.
    public func report(_ report: LauncherReport) async throws(TaskClientError) {
        let _: NoReply = try await link.query(
            LauncherQuery(
                launcher: report.launcher, series: report.series, tags: report.tags, spare: report.spare,
                trouble: report.trouble, units: report.units))
    }

    /// Ready tasks that are at no engine, by what they need. Costs the controller a look at every group and
    /// at every task that was ever sent and has not ended.
    public func waitingWork() async throws(TaskClientError) -> [WaitingWork] {
        struct Reply: Decodable { var backlog: [WaitingWork] }
        let reply: Reply = try await link.query(PlainQuery(query: "backlog"))
        return reply.backlog
    }
}
