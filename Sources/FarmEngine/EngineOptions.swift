public import Logging

/// How an engine is started: the arguments of `tasks engine start`, and of every user's engine executable.
public struct EngineOptions: Equatable, Sendable {
    /// The capability file that lets it in; nil: `$TASKS_CAPABILITY`, else the profile's.
    public var capability: String?
    /// The profile's directory; nil: the default one.
    public var profile: String?
    /// What it is called; nil: `HOST-PID`.
    public var name: String?
    /// Attempts at once.
    public var slots = 1
    /// CPUs that it offers; nil: as many as slots.
    public var cpus: Int?
    /// Bytes of memory that it offers; nil: the host's, or the control group's limit if that is lower.
    public var memoryBytes: UInt64?
    /// The GPUs that it offers; nil: those that `CUDA_VISIBLE_DEVICES` names, else all NVIDIA devices.
    public var gpus: GPUs?
    /// What else it offers, by name.
    public var resources: [String: UInt64] = [:]
    /// Words that tasks can be directed to it by.
    public var tags: [String] = []
    /// The pool that it is of, whose ranks run collective tasks together.
    public var pool = Pool.automatic
    /// When its time ends, and it has left; nil: as the batch system says whose allocation it is in.
    public var until: EndOfTime?
    /// The Python that its kernel runs in: a path, or a name to look for in `PATH`; nil: `python3`.
    public var python: String?
    /// What makes its Python kernel a rank of MPI's world: `mpi4py`, `pytrilinos`, or the name of a file
    /// `mpi/NAME.py` of the profile; nil if it is none.
    public var mpi: String?
    /// Its log file; nil: standard error.
    public var log: String?
    /// The least level that is logged.
    public var logLevel = Logger.Level.info
    /// How long a leaving worker may take before it is killed.
    public var leaveSeconds = 30

    /// The defaults.
    public init() {}

    /// Reads a command line, without the program's name.
    ///
    /// - Throws: ``EngineError`` with code `badArgument`.
    public init(arguments: [String]) throws(EngineError) {
        var rest = arguments[...]
        while let first = rest.popFirst() {
            let parts = first.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            guard let option = parts.first, Self.known.contains(option) else {
                throw EngineError(
                    .badArgument,
                    "unknown argument `\(first)`; an engine takes \(Self.known.joined(separator: ", "))")
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                throw EngineError(.badArgument, "`\(option)` needs a value")
            }
            try set(option, value)
        }
    }

    /// The command line that reads back as these options.
    public var arguments: [String] {
        var result: [String] = []
        if let capability { result += ["--capability", capability] }
        if let profile { result += ["--profile", profile] }
        if let name { result += ["--name", name] }
        result += ["--slots", String(slots)]
        if let cpus { result += ["--cpus", String(cpus)] }
        if let memoryBytes { result += ["--memory", String(memoryBytes)] }
        if let gpus { result += ["--gpus", gpus.text] }
        for (name, amount) in resources.sorted(by: { $0.key < $1.key }) {
            result += ["--resource", "\(name)=\(amount)"]
        }
        for tag in tags { result += ["--tags", tag] }
        if let pool = pool.text { result += ["--pool", pool] }
        if let until { result += ["--until", until.text] }
        if let python { result += ["--python", python] }
        if let mpi { result += ["--mpi", mpi] }
        if let log { result += ["--log", log] }
        result += ["--log-level", logLevel.rawValue, "--leave-seconds", String(leaveSeconds)]
        return result
    }

    /// Whether the command line asks for help rather than for an engine.
    public static func isHelp(_ arguments: [String]) -> Bool {
        arguments.contains("--help") || arguments.contains("-h")
    }

    /// What `--help` prints after the usage line.
    public static let help = """
        An engine of a task farm: connects to the controller and runs tasks until it is told to leave.

          --capability FILE     what lets it in (default: $TASKS_CAPABILITY, else the profile's engine.json)
          --profile DIR         the farm's profile (default: $TASKS_HOME/default, else ~/.tasks/default)
          --name NAME           what it is called (default: HOST-PID)
          --slots N             tasks at once (default: 1)
          --cpus N              CPUs that it offers (default: as many as slots)
          --memory SIZE         memory that it offers, as in 10G (default: the host's, or its control group's)
          --gpus N|LIST         GPUs that it offers: how many, or which, as in 0,2 (default: those of
                                $CUDA_VISIBLE_DEVICES if it is set, else all NVIDIA devices; 0: none)
          --resource NAME=N     anything else that it offers, as in fpga=2; may be repeated
          --tags A,B            words that tasks can ask for
          --pool POOL           the pool that it is of, whose ranks run collective tasks together: `ranks` for
                                those that mpiexec or srun has started, `none`, or its place in one as
                                KEY:RANK/SIZE, with a key of 32 hexadecimal digits that is the same for all
                                (default: the ranks that Open MPI's mpiexec has started, else none)
          --until TIME          when its time ends: how long from now, as in 2h, or a moment with its zone, as
                                in 2026-11-23T06:00:00+01:00; none (default: the end of the Slurm or PBS
                                job that it is started in); it leaves before
          --python PATH         the Python, 3.9 or later, that runs Python tasks and the namespace's commands
                                (default: python3 in the PATH)
          --mpi NAME            its Python is a rank of what mpiexec or srun has started: mpi4py, pytrilinos,
                                or the name of a file mpi/NAME.py of the profile that joins MPI's world
          --log FILE            its log (default: standard error)
          --log-level LEVEL     trace, debug, info, notice, warning or error (default: info)
          --leave-seconds N     how long leaving may take before it is cut short (default: 30)

        SIGTERM and SIGINT: stop what runs, give it back to the queue, leave.
        SIGUSR1: finish what runs, then leave.
        """

    private static let known = [
        "--capability", "--profile", "--name", "--slots", "--cpus", "--memory", "--gpus", "--resource",
        "--tags", "--pool", "--until", "--python", "--mpi",
        "--log", "--log-level", "--leave-seconds",
    ]

    private mutating func set(_ option: String, _ value: String) throws(EngineError) {
        switch option {
        case "--capability": capability = value
        case "--profile": profile = value
        case "--name": name = try Self.plain(option, value)
        case "--slots": slots = try Self.number(option, value, in: 1...Self.mostUnits)
        case "--cpus": cpus = try Self.number(option, value, in: 1...Self.mostUnits)
        case "--memory": memoryBytes = try Self.memory(option, value)
        case "--gpus": gpus = try Self.gpus(option, value)
        case "--resource":
            guard let resource = Self.resource(value) else {
                throw EngineError(.badArgument, "`\(option) \(value)`: expected NAME=N, as in fpga=2")
            }
            resources[resource.name] = resource.amount
        case "--tags": tags += try Self.plain(option, value).split(separator: ",").map(String.init)
        case "--pool":
            guard let given = Pool(value) else {
                throw EngineError(.badArgument, "`\(option) \(value)`: \(Self.poolExpected)")
            }
            pool = given
        case "--until":
            guard let end = EndOfTime(value) else {
                throw EngineError(.badArgument, "`\(option) \(value)`: \(EndOfTime.fault(in: value) ?? "")")
            }
            until = end
        case "--python": python = value
        case "--mpi": mpi = value
        case "--log": log = value
        case "--leave-seconds": leaveSeconds = try Self.number(option, value, in: 0...86_400)
        default:
            guard let level = Logger.Level(rawValue: value) else {
                let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw EngineError(.badArgument, "`\(option) \(value)`: expected one of \(levels)")
            }
            logLevel = level
        }
    }
}
