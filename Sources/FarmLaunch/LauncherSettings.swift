/// Which launcher, and how it is to work: what `launchers.yaml` and the command line say of it, checked.
public struct LauncherSettings: Sendable, Hashable {
    /// The ways there are.
    public enum Kind: String, Sendable, CaseIterable {
        /// Processes of this machine.
        case local
        /// One `mpiexec`: the engines are its ranks, and one pool.
        case mpi
        /// Hosts that `ssh` reaches.
        case ssh
        /// An allocation that `sbatch` asks for.
        case slurm
        /// An allocation that `qsub` asks for.
        case pbs
        /// The nodes of the Slurm allocation that this process is in.
        case srun
        /// A command line of the user's own.
        case command

        /// Whether the engines may be on other machines as a matter of course, so that the controller has to
        /// listen for them.
        public var isElsewhere: Bool {
            switch self {
            case .local, .mpi, .command: false
            case .ssh, .slurm, .pbs, .srun: true
            }
        }
    }

    /// A host of an `ssh` launcher.
    public struct Host: Sendable, Hashable {
        /// As ssh is told it: `node7`, `ada@node7`, or a name of its configuration.
        public var name: String
        /// Tasks at once in each engine there; nil: as for all.
        public var slots: Int?
        /// Engines there; nil: as for all.
        public var engines: Int?
        /// The `tasks` program there; nil: as for all.
        public var program: String?

        /// A host like all others.
        public init(_ name: String, slots: Int? = nil, engines: Int? = nil, program: String? = nil) {
            self.name = name
            self.slots = slots
            self.engines = engines
            self.program = program
        }
    }

    /// What it is called.
    public var name: String
    /// Which way it is.
    public var kind: Kind
    /// Of `ssh`.
    public var hosts: [Host] = []
    /// Of `slurm`, `pbs`, `srun`: hosts of the allocation; nil: one, or with `srun` all.
    public var nodes: Int?
    /// The `tasks` program on the hosts; nil: at the same path as here.
    public var program: String?
    /// Options of what starts the engines: ssh, mpiexec, sbatch, qsub, srun.
    public var options: [String] = []
    /// The script of an allocation, or the line of `command`; nil: the built-in one.
    public var template: String?
    /// Where the template came from, for messages.
    public var templateSource = ""

    /// A launcher of that kind with no settings.
    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Makes the launcher.
    /// - Parameters:
    ///   - tasksProgram: this machine's `tasks`: an absolute path.
    ///   - onEvent: called on the units' threads; keep it short.
    public func launcher(
        tasksProgram: String, onEvent: @escaping @Sendable (LaunchEvent) -> Void
    ) -> any Launcher {
        let settings = self
        return KeptLauncher(needsAll: kind != .ssh) { plan, first throws(LaunchError) in
            guard plan.mpi == nil || settings.kind == .mpi else {
                throw LaunchError(
                    .cannotStart,
                    "--engine-mpi is for ranks that mpiexec starts, and the launcher \(settings.name) is of kind "
                        + "\(settings.kind.rawValue); take one of kind mpi (--launcher mpi)")
            }
            return switch settings.kind {
            case .local:
                (0..<plan.count).map { ProcessKeeper(plan.local($0, first: first), onEvent) }
            case .mpi: [ProcessKeeper(settings.mpi(plan, first: first, tasksProgram), onEvent)]
            case .srun: [ProcessKeeper(try settings.srun(plan, first: first, tasksProgram), onEvent)]
            case .command: [ProcessKeeper(try settings.command(plan, first: first, tasksProgram), onEvent)]
            case .ssh: try settings.sshKeepers(plan, tasksProgram, onEvent)
            case .slurm, .pbs: [try settings.batchKeeper(plan, first: first, tasksProgram, onEvent)]
            }
        }
    }
}

extension EnginePlan {
    /// One engine on this machine.
    func local(_ number: Int, first: Int) -> KeptCommand {
        let name = name(first + number)
        var command = KeptCommand(
            name: name, arguments: arguments(name, number: number), log: logsToErrors ? "" : logPath(name))
        command.program = program
        command.isEngine = true
        return command
    }
}
