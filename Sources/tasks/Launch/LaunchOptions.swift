import ArgumentParser
import FarmEngine
import FarmLaunch
import FarmProcess
import FarmTransport
import Glibc

/// Which engines `run` and `cluster start` start.
struct LaunchOptions: ParsableArguments {
    @Option(
        name: [.customShort("n"), .customLong("engines")],
        help: "Engines to start; with a launcher of several hosts or nodes, on each.")
    var count: Int?
    @Option(help: "Tasks at once in each engine. Default: the CPUs, divided among the engines.")
    var slots: Int?
    @Option(
        help: "Your own engine's executable, with functions in it, instead of the stock one.",
        completion: .file())
    var engine: String?

    @Option(
        name: .customLong("engine-memory"),
        help: "Memory that each engine offers, as in 10G. Default: this host's, divided among the engines.")
    var memory: String?
    @Option(
        name: .customLong("engine-gpus"),
        help: "GPUs that the engines share out: how many, or which. Default: all of this host; 0 for none.")
    var gpus: String?
    @Option(
        name: .customLong("engine-resource"),
        help: "Anything else that each engine offers, as in fpga=2; may be repeated.")
    var resources: [String] = []
    @Option(
        name: .customLong("engine-tags"),
        help: "Words, separated by commas, that tasks can ask for; may be repeated.")
    var tags: [String] = []

    @Option(
        name: .customLong("python"),
        help:
            "The Python, 3.9 or later, of the engines' kernels: a path, or a name in PATH. Default: python3.",
        completion: .file())
    var python: String?

    @Option(
        help: ArgumentHelp(
            "When the engines' time ends, as engine start takes it. Default: the end of the Slurm or PBS job that they are started in.",
            valueName: "time"))
    var until: String?

    @Option(
        name: .customLong("engine-mpi"),
        help:
            "With a launcher of kind mpi: the engines' Python is a rank, by mpi4py, pytrilinos or PROFILE/mpi/NAME.py."
    )
    var mpi: String?

    @Flag(help: "The engines make one pool: its ranks can run collective tasks together.")
    var pool = false

    func validate() throws {
        try EngineOffer.check(memory, gpus, resources, prefix: "--engine-")
        try EngineOffer.check(until: until)
        if let count, !(0...10_000).contains(count) {
            throw ValidationError("-n \(count): expected a number from 0 to 10000")
        }
        if let slots, !(1...65_536).contains(slots) {
            throw ValidationError("--slots \(slots): expected a number from 1 to 65536")
        }
    }

    /// As they stand on a command line.
    var arguments: [String] {
        var result: [String] = []
        if let count { result += ["-n", String(count)] }
        if let slots { result += ["--slots", String(slots)] }
        if let engine { result += ["--engine", WorkingDirectory.absolute(engine)] }
        if let memory { result += ["--engine-memory", memory] }
        if let gpus { result += ["--engine-gpus", gpus] }
        for resource in resources { result += ["--engine-resource", resource] }
        for tag in tags { result += ["--engine-tags", tag] }
        if let python { result += ["--python", WorkingDirectory.program(python)] }
        if let until = endOfTime { result += ["--until", until] }
        if let mpi { result += ["--engine-mpi", mpi] }
        if pool { result.append("--pool") }
        return result
    }

    /// - Parameters:
    ///   - fileCount: what a batch file or a launcher says of engines, if it does; likewise of slots, Python.
    ///   - cpus: what the engines share; nil: this host's.
    ///   - endsWithUs: engines end when this process does, however it does.
    func plan(
        _ directory: ProfileDirectory, count fileCount: Int? = nil, slots fileSlots: Int? = nil,
        python filePython: String? = nil, cpus: Int? = nil, endsWithUs: Bool
    ) throws -> EnginePlan {
        let count = count ?? fileCount ?? 1
        let slots = slots ?? fileSlots ?? max(1, (cpus ?? HostInfo.cpus.count) / max(1, count))
        let ending = endsWithUs ? ["--end-with", String(getpid())] : []
        var plan = EnginePlan(
            command: [], count: count, slots: slots, profile: directory.path, logDirectory: directory.logPath)
        plan.mpi = mpi
        plan.statedSlots = self.slots ?? fileSlots
        plan.hostCommand = hostCommand(count, plan.statedSlots, python: filePython)
        offer(&plan)
        if let python = python ?? filePython {
            plan.offers += ["--python", WorkingDirectory.program(python)]
        }
        if pool {
            var generator = SystemRandomNumberGenerator()
            plan.pool = UniqueKey(using: &generator).description
        }
        guard let engine else {
            plan.command = [OwnProgram.name, "engine", "start"] + ending
            plan.program = OwnProgram.path
            return plan
        }
        let path = try Self.executable(engine)
        plan.command = [path]
        if endsWithUs {
            plan.command = [OwnProgram.name, "engine", "exec"] + ending + ["--", path]
            plan.program = OwnProgram.path
        }
        return plan
    }

    /// As a moment: whoever reads it later must not count from then.
    private var endOfTime: String? { until.flatMap { EndOfTime($0) }?.text }

    /// What follows `tasks` to start such engines on another host: there what it has is divided anew.
    private func hostCommand(_ count: Int, _ slots: Int?, python filePython: String?) -> [String] {
        var options = self
        options.count = count
        options.slots = slots
        options.python = python ?? filePython
        options.pool = false
        options.mpi = nil
        return ["engine", "host"] + options.arguments
    }

    /// What there is on this host is divided; one engine alone finds it by itself.
    private func offer(_ plan: inout EnginePlan) {
        let each = plan.count > 1 ? String(HostInfo.memoryBytes / UInt64(plan.count)) : nil
        if let memory = memory ?? each { plan.offers += ["--memory", memory] }
        plan.offers += resources.flatMap { ["--resource", $0] }
        plan.tags = tags
        if let until = endOfTime { plan.offers += ["--until", until] }
        guard gpus != nil || plan.count > 1 else { return }
        plan.gpus = EngineOptions.GPUs.shares(gpus.flatMap(EngineOptions.GPUs.init), among: plan.count)
            .map(\.text)
    }

    private static func executable(_ engine: String) throws -> String {
        let path = WorkingDirectory.absolute(engine)
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw CommandFailure(
                .refused, "--engine \(engine): there is no such file; build it, or name another")
        }
        guard status.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 else {
            throw CommandFailure(
                .refused, "--engine \(engine): not an executable file; `chmod +x` it, or name another")
        }
        return path
    }
}
