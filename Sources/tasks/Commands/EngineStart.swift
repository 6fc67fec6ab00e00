import ArgumentParser
import FarmEngine
import FarmProcess
import FarmTransport
import Glibc
import Logging

/// `tasks engine start`.
struct EngineStart: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Run an engine in the foreground.",
        discussion: """
            It waits for the capability file and for the controller if they are not there yet, and \
            connects again if they go away. SIGTERM and Ctrl-C: stop what runs, give it back to the queue, \
            leave. SIGUSR1: finish what runs, then leave.
            """)

    @Option(help: "What it is called. Default: HOST-PID.")
    var name: String?
    @Option(help: "Tasks at once. Default: as many as CPUs.")
    var slots: Int?
    @Option(help: "CPUs that it offers to tasks that need several. Default: as many as slots.")
    var cpus: Int?
    @Option(
        help:
            "Memory that it offers to tasks, as in 10G. Default: the host's, or its control group's limit.")
    var memory: String?
    @Option(
        help:
            "GPUs that it offers: how many, as in 2, or which, as in 0,2 or GPU-4a1b. Default: those of $CUDA_VISIBLE_DEVICES if that is set, else all NVIDIA devices; 0 for none."
    )
    var gpus: String?
    @Option(help: "Anything else that it offers, as in fpga=2; may be repeated.")
    var resource: [String] = []
    @Option(help: "Words, separated by commas, that tasks can ask for; may be repeated.")
    var tags: [String] = []
    @Option(
        help:
            "The pool that it is of: ranks for those that mpiexec or srun has started, none, or its place in one as KEY:RANK/SIZE (32 hexadecimal digits, its rank from 0, how many there are). Default: the ranks that Open MPI's mpiexec has started, else none."
    )
    var pool: String?
    @Option(help: ArgumentHelp(EngineOffer.untilHelp, valueName: "time"))
    var until: String?
    @Option(
        help: "The Python, 3.9 or later, of its kernel: a path, or a name in PATH. Default: python3.",
        completion: .file())
    var python: String?
    @Option(
        help:
            "Its Python is a rank of what mpiexec or srun has started: mpi4py, pytrilinos, or the name of a file PROFILE/mpi/NAME.py that joins MPI's world."
    )
    var mpi: String?
    @Option(
        help:
            "The capability file that lets it in. Default: $TASKS_CAPABILITY, else the profile's engine.json."
    )
    var capability: String?
    @Option(help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory.")
    var profile: String?
    @OptionGroup var logging: LogOptions
    @Option(help: "How long leaving may take before it is cut short.")
    var leaveSeconds = 30
    @Option(help: .hidden)
    var endWith: Int32?

    func validate() throws {
        try EngineOffer.check(memory, gpus, resource)
        try EngineOffer.check(until: until)
        if let pool, EngineOptions.Pool(pool) == nil {
            throw ValidationError("--pool \(pool): \(EngineOptions.poolExpected)")
        }
        for (option, value) in [("--slots", slots), ("--cpus", cpus)] {
            guard let value, !(1...65_536).contains(value) else { continue }
            throw ValidationError("\(option) \(value): expected a number from 1 to 65536")
        }
        guard (0...86_400).contains(leaveSeconds) else {
            throw ValidationError("--leave-seconds \(leaveSeconds): expected a number from 0 to 86400")
        }
    }

    func run() throws {
        try ParentDeath.follow(endWith)
        if capability == nil, profile != nil || !FarmOptions.isNamedByEnvironment,
            let failure = FarmOptions.copyFailure(of: ProfileDirectory(profile.map(FarmOptions.absolute)))
        {
            throw failure
        }
        var options = EngineOptions()
        options.name = name
        options.slots = slots ?? HostInfo.cpus.count
        options.cpus = cpus
        EngineOffer.apply(memory, gpus, resource, to: &options)
        options.tags = tags.flatMap { $0.split(separator: ",").map(String.init) }
        options.pool = pool.flatMap(EngineOptions.Pool.init) ?? .automatic
        options.until = until.flatMap { EndOfTime($0) }
        options.python = python.map(WorkingDirectory.program)
        options.mpi = mpi
        options.capability = capability.map(WorkingDirectory.absolute)
        // Without a profile the environment may name a capability file.
        options.profile = profile.map { ProfileDirectory(FarmOptions.absolute($0)).path }
        options.log = logging.log.map(WorkingDirectory.absolute)
        options.logLevel = logging.logLevel
        options.leaveSeconds = leaveSeconds
        Engine.run(options)
    }
}

/// `tasks engine exec`: becomes another program that ends with its parent, as `tasks run --engine PATH` needs
/// it.
struct EngineExec: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "exec", shouldDisplay: false)

    @Option(help: .hidden)
    var endWith: Int32
    @Argument(parsing: .postTerminator)
    var command: [String]

    func run() throws {
        try ParentDeath.follow(endWith)
        signal(SIGPIPE, SIG_DFL)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        arguments.append(nil)
        execv(command[0], &arguments)
        let reason = String(cString: strerror(errno))
        throw CommandFailure(.refused, "cannot run the engine \(command[0]): \(reason)")
    }
}

/// The kernel's word that the process which started this one has ended.
enum ParentDeath {
    /// Has SIGTERM sent to this process when the parent ends. It outlives an exec.
    static func follow(_ parent: Int32?) throws {
        guard let parent else { return }
        guard Subreaper.setParentDeathSignal(Signals.terminate, parent: parent) else {
            throw CommandFailure(.refused, "the process that started this engine has ended")
        }
    }
}
