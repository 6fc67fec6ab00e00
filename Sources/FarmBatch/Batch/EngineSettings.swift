import FarmTemplate

/// `engines:` of a batch file: what `tasks run` and schedules start for it.
public struct EngineSettings: Equatable, Sendable {
    /// Who starts them: a kind of launcher, or a name of the profile's `launchers.yaml`.
    public var launcher: String
    /// Where that stands, as `FILE:LINE:COLUMN`; empty if the file does not say it.
    public private(set) var launcherPlace = ""
    /// Tasks at once in each; nil: as many as the machine has CPUs.
    public var slots: Int?
    /// Engines; nil: one.
    public var count: Int?
    /// The Python of their kernels: a path from the submit directory, or a name in `PATH`; nil: `python3`.
    public var python: String?

    /// Without arguments: what `engines: {}` means.
    public init(launcher: String = "local", slots: Int? = nil, count: Int? = nil) {
        self.launcher = launcher
        self.slots = slots
        self.count = count
    }

    init?(_ item: Item, _ log: ProblemLog) {
        let later: Set = [
            "hosts", "mpi", "options", "walltime", "gpus", "memory", "tags", "autoscale",
        ]
        guard let fields = Fields(item, of: "`engines`", BatchKeys.engines, later: later, log) else {
            return nil
        }
        self.init()
        if let item = fields["launcher"], let text = log.fixed(item, "launcher", "a launcher's name") {
            if let fault = Names.fault(text, of: "launcher") { log.add(.badValue, at: item.position, fault) }
            launcher = text
            launcherPlace =
                "\(log.file(of: item.position).name):\(item.position.line):\(item.position.column)"
        }
        if let item = fields["slots"] { slots = log.integer(item, "slots", 1...65_536) }
        if let item = fields["python"] {
            python = log.fixed(item, "python", "a path, or a program's name")
            if python == "" {
                log.add(.badValue, at: item.position, "`python` is empty: name an interpreter")
            }
        }
        if let item = fields["count"] { count = log.integer(item, "count", 1...10_000) }
    }
}
