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

    /// What waits for engines. Costs the controller a look at every group and
    /// at every task that was ever sent and has not ended.
    public func waitingWork() async throws(TaskClientError) -> WaitingFarm {
        try await link.query(PlainQuery(query: "backlog"))
    }
}
