/// A launcher as `launchers.yaml` names it; what its kind makes of it is FarmLaunch's to know.
public struct LauncherEntry: Equatable, Sendable {
    /// A host of an `ssh` launcher.
    public struct Host: Equatable, Sendable {
        /// As ssh is told it.
        public var name: String
        /// Tasks at once in each engine there.
        public var slots: Int?
        /// Engines there.
        public var engines: Int?
        /// The `tasks` program there.
        public var program: String?

        /// A host like all others.
        public init(_ name: String) { self.name = name }
    }

    /// The kinds of launchers; each of them is also a launcher's name, without settings.
    public static let kinds = ["local", "mpi", "ssh", "slurm", "pbs", "srun", "command"]

    /// What it is called.
    public var name: String
    /// One of ``kinds``.
    public var kind: String
    /// Of `ssh`.
    public var hosts: [Host] = []
    /// Of `slurm`, `pbs`, `srun`.
    public var nodes: Int?
    /// Engines, of several hosts or nodes on each, unless the command line says another number.
    public var engines: Int?
    /// Tasks at once in each, likewise.
    public var slots: Int?
    /// The `tasks` program on the hosts.
    public var program: String?
    /// Options of what starts the engines.
    public var options: [String] = []
    /// The text of the script or, of `command`, of the line.
    public var template: String?
    /// Where that text came from, for messages: `FILE`, or `FILE: KEY`.
    public var templateSource = ""

    /// A launcher without settings.
    public init(name: String, kind: String) {
        self.name = name
        self.kind = kind
    }
}
