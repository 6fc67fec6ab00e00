import ArgumentParser
import FarmBatch
import FarmTransport
import TaskFarm

/// What `run` and `submit` take work from: a batch file, lines of a file, or one command.
struct WorkOptions: ParsableArguments {
    @Argument(
        help:
            "A batch file: YAML, or JSON Lines if it ends in .jsonl; with --each-line any text. - is standard input.",
        completion: .file())
    var file: String?
    @Flag(
        help: "A task for each line of FILE (default: standard input); {} in the command stands for the line."
    )
    var eachLine = false
    @Flag(name: .customLong("json-lines"), help: "FILE is JSON Lines, whatever it is called.")
    var isJSONLines = false
    @Option(help: "The job's name. In a batch file it stands as name:.")
    var name: String?
    @Option(help: "A label, as KEY=VALUE; may be repeated.")
    var label: [String] = []
    @Option(help: "Higher goes first; default 0.")
    var priority: Int32?
    @Option(help: "Attempts after the first if a task fails. Not for batch files, which say it as retry:.")
    var retry: UInt32?
    @Option(help: "How long to wait before each of them: 10, 10s, 1m30s.")
    var retryDelay: String?
    @Option(help: "How long an attempt may run: 90, 90s, 1h30m. Not for batch files (timeout:).")
    var timeout: String?
    @Option(help: "From the submission to when tasks must have ended, else they expire: 2h, 36h30m.")
    var deadline: String?
    @Option(help: "From the submission to when tasks must have begun, else they expire.")
    var startWithin: String?
    @Option(help: "CPUs that each task needs. Not for batch files (needs:).")
    var cpus: UInt32?
    @Argument(parsing: .postTerminator, help: "Behind --: a command and its arguments; no shell reads them.")
    var command: [String] = []

    func validate() throws {
        if let priority, !(-1_000_000...1_000_000).contains(priority) {
            throw ValidationError("--priority \(priority): expected a number from -1000000 to 1000000")
        }
        if eachLine, command.isEmpty {
            throw ValidationError("--each-line needs a command: tasks submit --each-line FILE -- ./solve {}")
        }
        if !eachLine, file != nil, !command.isEmpty {
            throw ValidationError(
                "name a batch file or a command behind --, not both; for a task a line of the file: --each-line FILE -- …"
            )
        }
        if file == nil, command.isEmpty {
            throw ValidationError(
                "nothing to run: name a batch file, or give a command behind --, as in: tasks run -- echo hello"
            )
        }
        if eachLine, isJSONLines { throw ValidationError("--each-line and --json-lines exclude each other") }
        if isYAML, retry != nil || cpus != nil || !durations.isEmpty {
            throw ValidationError(Self.saidInFile)
        }
        for (option, text) in durations where Quantity.nanoseconds(text) ?? 0 == 0 {
            throw ValidationError(
                "--\(option) '\(text)': expected 90, 90s, 1h30m, 500ms or HH:MM:SS, above 0")
        }
        if retryDelay != nil, retry ?? 0 == 0 {
            throw ValidationError("--retry-delay needs --retry: without it nothing is tried again")
        }
        if cpus == 0 { throw ValidationError("--cpus 0: a task needs at least 1") }
        if let name, !Self.isGood(name) {
            throw ValidationError(
                "--name '\(name)': letters, digits, '_', '-' and '.' make a name; a number or 'last' is none")
        }
        _ = try labels()
    }

    /// As batch files have it: what selects jobs otherwise cannot be a name.
    private static func isGood(_ name: String) -> Bool {
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        return isWord && !name.isEmpty && name.utf8.count <= 100 && name != "last"
            && !(name.first?.isNumber ?? true)
    }

    private static let saidInFile =
        "--retry, --retry-delay, --timeout, --deadline, --start-within and --cpus are for commands and lines; a batch"
        + " file says it itself, under defaults:"

    /// Options that are lengths of time, as they were given.
    private var durations: [(option: String, text: String)] {
        [
            ("timeout", timeout), ("retry-delay", retryDelay), ("deadline", deadline),
            ("start-within", startWithin),
        ].compactMap { option, text in text.map { (option, $0) } }
    }

    private var isYAML: Bool {
        guard let file, !eachLine else { return false }
        return !isJSONLines && !file.hasSuffix(".jsonl") && !file.hasSuffix(".ndjson")
    }

    private func labels() throws -> [Label] {
        try label.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("--label '\(text)': expected KEY=VALUE, as in project=heat")
            }
            return Label(key: String(parts[0]), value: String(parts[1]))
        }
    }

    /// The file that can be read again; nil for a command and for standard input.
    var rereadableFile: String? { file == "-" ? nil : file }

    /// What of the options changes the tasks.
    var digestible: String {
        ([eachLine ? "lines" : "", isJSONLines ? "jsonl" : "", name ?? ""]
            + durations.map { "\($0.option)=\($0.text)" } + label
            + command
            + [priority, retry.map(Int32.init(clamping:)), cpus.map(Int32.init(clamping:))].map {
                $0.map(String.init) ?? ""
            }).joined(separator: "\u{0}")
    }

    private func commandOptions(outputLimitBytes: Int? = nil) throws -> CommandOptions {
        var policy = TaskPolicy()
        if let priority { policy.priority = priority }
        if let retry { policy.retry.failure = retry }
        func nanoseconds(_ text: String?) -> Int64? { text.flatMap { Quantity.nanoseconds($0) } }
        policy.timeoutNanoseconds = nanoseconds(timeout) ?? 0
        policy.retry.delayNanoseconds = nanoseconds(retryDelay) ?? 0
        policy.deadline = nanoseconds(deadline).map { .after($0) } ?? .none
        policy.startWithinNanoseconds = nanoseconds(startWithin) ?? 0
        if let cpus { policy.needs.cpus = cpus }
        return CommandOptions(
            jobName: name ?? "", labels: try labels(), policy: policy, outputLimitBytes: outputLimitBytes)
    }

    /// Reads the work. Lines and JSON Lines are read later, part by part; the others whole, and refused if
    /// anything is wrong with them.
    ///
    /// - Parameters:
    ///   - outputLimitBytes: what is kept of each stream of a single command.
    ///   - key: names the submission; nil draws one.
    func read(outputLimitBytes: Int? = nil, key given: UniqueKey? = nil) throws -> Work {
        var generator = SystemRandomNumberGenerator()
        let key = given ?? UniqueKey(using: &generator)
        let surroundings = Surroundings.current()
        guard surroundings.directory.hasPrefix("/") else {
            throw CommandFailure(
                .refused,
                "the current directory is gone, and tasks run where they are submitted: go to one that is there"
            )
        }
        if eachLine {
            let lines = try BatchReader.lines(
                file ?? "-", command: command, options: commandOptions(), key: key, surroundings: surroundings
            )
            return Work(name: name ?? "") { try lines.next() }
        }
        guard let file else {
            let options = try commandOptions(outputLimitBytes: outputLimitBytes)
            let batch = try BatchReader.command(command, options: options)
            return Work(batch, batch.parts(key: key, surroundings: surroundings))
        }
        guard isYAML else {
            let lines = try BatchReader.jsonLines(
                file, options: commandOptions(), key: key, surroundings: surroundings)
            return Work(name: name ?? "") { try lines.next() }
        }
        var batch = try BatchReader.read(yaml: file)
        for warning in batch.warnings { Terminal.say("warning: \(warning)") }
        if let name { batch.name = name }
        let added = try labels()
        batch.labels.removeAll { old in added.contains { $0.key == old.key } }
        batch.labels += added
        if let priority {
            for index in batch.groups.indices { batch.groups[index].policy.priority = priority }
        }
        return Work(batch, batch.parts(key: key, surroundings: surroundings))
    }
}
