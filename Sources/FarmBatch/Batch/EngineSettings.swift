import FarmTemplate

/// `engines:` of a batch file: what `tasks run` and schedules start for it.
public struct EngineSettings: Equatable, Sendable {
    /// Who starts them. Others come with later versions.
    public enum Launcher: String, Sendable {
        case local
    }

    /// Who starts them.
    public var launcher: Launcher
    /// Tasks at once in each; nil: as many as the machine has CPUs.
    public var slots: Int?
    /// Engines; nil: one.
    public var count: Int?
    /// The Python of their kernels: a path from the submit directory, or a name in `PATH`; nil: `python3`.
    public var python: String?

    /// Without arguments: what `engines: {}` means.
    public init(launcher: Launcher = .local, slots: Int? = nil, count: Int? = nil) {
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
            let planned = ["ssh", "mpi", "mpiexec", "slurm", "pbs"]
            if let launcher = Launcher(rawValue: text) {
                self.launcher = launcher
            } else if planned.contains(text) {
                log.add(
                    .unsupported, at: item.position,
                    "the launcher “\(text)” is not supported yet; there is local")
            } else {
                log.add(
                    .badValue, at: item.position,
                    "unknown launcher “\(text)”\(Spelling.hint(text, in: ["local"] + planned)); there is local"
                )
            }
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
