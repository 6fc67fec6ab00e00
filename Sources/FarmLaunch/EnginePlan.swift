/// Which engines to start, and how.
public struct EnginePlan: Sendable, Hashable {
    /// The engine's executable and the arguments that come before those of the plan: an executable that reads
    /// what `EngineOptions` says.
    public var command: [String]
    /// The file to run when it is not `command[0]`.
    public var program: String?
    /// What engines are called, before their number.
    public var series = "engine"
    /// One engine alone is called as its series is, without a number.
    public var namesOnePlainly = false
    /// The number of its first unit, where units come and go; nil: the next that was never used.
    var first: Int?
    /// Engines to start; with a launcher of several hosts or nodes, on each.
    public var count: Int
    /// Tasks at once in each.
    public var slots: Int
    /// The profile's directory, absolute: there they find what lets them in.
    public var profile: String
    /// The file that lets them in, where the profile is out of their reach.
    public var capability: String?
    /// Where their logs go: `DIRECTORY/NAME.log`.
    public var logDirectory: String
    /// They log to standard error instead.
    public var logsToErrors = false
    /// What follows the `tasks` program's name to start the engines of one host there, see
    /// `docs/launching.md`.
    public var hostCommand: [String] = []
    /// Slots of each engine as they were asked for; nil: as many as the host has CPUs for it.
    public var statedSlots: Int?
    /// What each offers, as engines read it: `--memory` and `--resource` with their values.
    public var offers: [String] = []
    /// What `--gpus` says to each engine, by its number in the plan; empty: they find out by themselves.
    public var gpus: [String] = []
    /// The key, 32 hexadecimal digits, of the pool that they make together; empty: they make none.
    public var pool = ""
    /// What makes the engines' Python a rank of MPI's world, see `docs/mpi.md`; nil: it is none.
    public var mpi: String?
    /// Words that tasks can ask for.
    public var tags: [String]
    /// How long one that is told to leave may take.
    public var leaveSeconds: Int

    /// A plan; engines are called `engine-0`, `engine-1` and so on.
    public init(
        command: [String], program: String? = nil, count: Int, slots: Int, profile: String,
        logDirectory: String,
        tags: [String] = [], leaveSeconds: Int = 30
    ) {
        self.command = command
        self.program = program
        self.count = count
        self.slots = slots
        self.profile = profile
        self.logDirectory = logDirectory
        self.tags = tags
        self.leaveSeconds = leaveSeconds
    }

    /// What the engine with this number, from 0, is called.
    public func name(_ number: Int) -> String {
        namesOnePlainly && count == 1 ? series : "\(series)-\(number)"
    }

    /// The log of the engine of this name.
    public func logPath(_ name: String) -> String { "\(logDirectory)/\(name).log" }

    /// The whole command line of one engine.
    /// - Parameter number: its place in this plan, from 0.
    func arguments(_ name: String, number: Int) -> [String] {
        var arguments = sharedArguments
        arguments += ["--name", name]
        if number < gpus.count { arguments += ["--gpus", gpus[number]] }
        // Said in any case: an engine that finds itself under an mpiexec is not this launcher's affair.
        arguments += ["--pool", pool.isEmpty ? "none" : "\(pool):\(number)/\(count)"]
        if !logsToErrors { arguments += ["--log", logPath(name)] }
        return arguments
    }

    /// The same plan for units from this number on.
    func beginning(at first: Int) -> EnginePlan {
        var plan = self
        plan.first = first
        return plan
    }

    /// The host command where the profile's directory is to be seen, as on the nodes of a cluster.
    var hostCommandHere: [String] { hostCommand + ["--profile", profile] }

    /// What is the same for all engines of the plan.
    var sharedArguments: [String] {
        var arguments = command
        arguments += capability.map { ["--capability", $0] } ?? ["--profile", profile]
        arguments += ["--slots", String(slots)] + offers
        for tag in tags { arguments += ["--tags", tag] }
        return arguments + ["--leave-seconds", String(leaveSeconds)]
    }
}
