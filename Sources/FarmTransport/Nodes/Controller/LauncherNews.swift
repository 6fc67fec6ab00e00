public import FarmWire

/// What a launcher tells the controller of the engines that it has asked for and that are not here yet.
public struct LauncherNews: Equatable, Sendable {
    /// A host, an allocation, a process.
    public struct Unit: Equatable, Sendable {
        public var name: String
        /// Engines that will come of it.
        public var engines: Int
        /// `pending`, `starting`, `failing`.
        public var state: String
        /// What it waits for, or why it has to be tried again, as in `Slurm job 12: PENDING: Resources`.
        public var why: String
        /// What its engines' names are, or begin with before a `-`.
        public var series: String

        public init(name: String, engines: Int, state: String, why: String, series: String) {
            self.name = name
            self.engines = engines
            self.state = state
            self.why = why
            self.series = series
        }
    }

    /// What it is called.
    public var launcher: String
    public var units: [Unit]
    /// Engines that it may ask for by itself when there is work for them.
    public var spare: Int
    /// Why it cannot start any at the moment; empty if it can.
    public var trouble: String
    /// Of those that it may ask for.
    public var series: String
    /// Of all its engines.
    public var tags: [String]

    public init(
        launcher: String, units: [Unit], spare: Int = 0, trouble: String = "", series: String,
        tags: [String] = []
    ) {
        self.launcher = launcher
        self.units = units
        self.spare = spare
        self.trouble = trouble
        self.series = series
        self.tags = tags
    }

    /// Engines that are asked for.
    public var pending: Int { units.reduce(0) { $0 + $1.engines } }

    /// Nothing comes of it.
    public var isEmpty: Bool { pending == 0 && spare == 0 && trouble.isEmpty }

    var expected: [ExpectedEngines] {
        units.map { ExpectedEngines(count: $0.engines, series: $0.series, tags: tags) }
            + [ExpectedEngines(count: spare, series: series, tags: tags)]
    }
}

/// The news of one launcher, by its client's key.
struct HeardLauncher {
    var news: LauncherNews
    /// Its session is gone: it is believed until then.
    var until: Instant?
}

// Engines that are pending with launchers. It is nobody's to keep: who comes back tells it again.
extension ControllerNode {
    /// A launcher whose connection broke has so long to come back before its engines are not expected any
    /// more: to say of a task that it is impossible cannot be taken back.
    static let launcherGraceNanoseconds = Int64.seconds(30)

    /// What launchers have pending, by their names.
    public var launcherNews: [LauncherNews] {
        launchers.values.map(\.news).sorted { $0.launcher < $1.launcher }
    }

    /// A launcher's news, in place of what it has told before.
    public func note(_ news: LauncherNews, of session: SessionID) {
        guard let key = clients[session]?.key else { return }
        launchers[key] = news.isEmpty ? nil : HeardLauncher(news: news)
        expectEngines()
    }

    /// A client is gone: for good if it has said so.
    func loseLauncher(_ key: UniqueKey, hasLeft: Bool) {
        guard launchers[key] != nil, !clients.values.contains(where: { $0.key == key }) else { return }
        if hasLeft {
            launchers[key] = nil
            expectEngines()
        } else {
            launchers[key]?.until = now + Self.launcherGraceNanoseconds
        }
    }

    /// Forgets those that have not come back.
    func giveUpLaunchers() {
        let before = launchers.count
        launchers = launchers.filter { $0.value.until.map { $0 > now } ?? true }
        if launchers.count < before { expectEngines() }
    }

    private func expectEngines() {
        handle(.enginesExpected(launcherNews.flatMap(\.expected).filter { $0.count > 0 }))
    }
}
