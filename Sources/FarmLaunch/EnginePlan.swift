/// Which engines to start, and how.
public struct EnginePlan: Sendable, Hashable {
    /// The engine's executable and the arguments that come before those of the plan: an executable that reads
    /// what `EngineOptions` says.
    public var command: [String]
    /// The file to run when it is not `command[0]`.
    public var program: String?
    /// What engines are called, before their number.
    public var series = "engine"
    /// Engines to start.
    public var count: Int
    /// Tasks at once in each.
    public var slots: Int
    /// The profile's directory, absolute: there they find what lets them in.
    public var profile: String
    /// Where their logs go: `DIRECTORY/NAME.log`.
    public var logDirectory: String
    /// What each offers, as engines read it: `--memory` and `--resource` with their values.
    public var offers: [String] = []
    /// What `--gpus` says to each engine, by its number in the plan; empty: they find out by themselves.
    public var gpus: [String] = []
    /// The key, 32 hexadecimal digits, of the pool that they make together; empty: they make none.
    public var pool = ""
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
    public func name(_ number: Int) -> String { "\(series)-\(number)" }

    /// The log of the engine of this name.
    public func logPath(_ name: String) -> String { "\(logDirectory)/\(name).log" }

    /// The whole command line of one engine.
    /// - Parameter number: its place in this plan, from 0.
    func arguments(_ name: String, number: Int) -> [String] {
        var arguments = command
        arguments += ["--profile", profile, "--name", name, "--slots", String(slots)]
        arguments += offers
        if number < gpus.count { arguments += ["--gpus", gpus[number]] }
        if !pool.isEmpty { arguments += ["--pool", "\(pool):\(number)/\(count)"] }
        for tag in tags { arguments += ["--tags", tag] }
        arguments += ["--log", logPath(name), "--leave-seconds", String(leaveSeconds)]
        return arguments
    }
}
