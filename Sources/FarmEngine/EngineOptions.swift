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
    /// Words that tasks can be directed to it by.
    public var tags: [String] = []
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
        for tag in tags { result += ["--tags", tag] }
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
          --tags A,B            words that tasks can ask for
          --log FILE            its log (default: standard error)
          --log-level LEVEL     trace, debug, info, notice, warning or error (default: info)
          --leave-seconds N     how long leaving may take before it is cut short (default: 30)

        SIGTERM and SIGINT: stop what runs, give it back to the queue, leave.
        SIGUSR1: finish what runs, then leave.
        """

    private static let known = [
        "--capability", "--profile", "--name", "--slots", "--cpus", "--tags", "--log", "--log-level",
        "--leave-seconds",
    ]

    private mutating func set(_ option: String, _ value: String) throws(EngineError) {
        switch option {
        case "--capability": capability = value
        case "--profile": profile = value
        case "--name": name = value
        case "--slots": slots = try Self.number(option, value, in: 1...65_536)
        case "--cpus": cpus = try Self.number(option, value, in: 1...65_536)
        case "--tags": tags += value.split(separator: ",").map(String.init)
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

    private static func number(
        _ option: String, _ value: String, in range: ClosedRange<Int>
    ) throws(EngineError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw EngineError(
                .badArgument,
                "`\(option) \(value)`: expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }
}
