import ArgumentParser
import FarmBatch
import FarmTransport
import Glibc
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
    @OptionGroup var job: JobFlags
    @OptionGroup var tasks: TaskFlags
    @Argument(parsing: .postTerminator, help: "Behind --: a command and its arguments; no shell reads them.")
    var command: [String] = []

    /// Not `validate`, which comes before an option that is unknown, whose value looks like a file.
    /// - Throws: `CommandFailure` for what does not go together.
    func check() throws {
        if eachLine, command.isEmpty {
            throw CommandFailure(
                .refused, "--each-line needs a command: tasks submit --each-line FILE -- ./solve {}")
        }
        if !eachLine, file != nil, !command.isEmpty {
            throw CommandFailure(
                .refused,
                "name a batch file or a command behind --, not both; for a task a line of the file: --each-line FILE -- …"
            )
        }
        if file == nil, command.isEmpty {
            throw CommandFailure(
                .refused,
                "nothing to run: name a batch file, or give a command behind --, as in: tasks run -- echo hello"
            )
        }
        if eachLine, isJSONLines {
            throw CommandFailure(.refused, "--each-line and --json-lines exclude each other")
        }
        if isYAML, !tasks.given.isEmpty {
            let names = tasks.given.map { "--\($0.name)" }.joined(separator: ", ")
            throw CommandFailure(
                .refused,
                "\(names): for commands and lines only; a batch file says it itself, under defaults: or with a task"
            )
        }
    }

    private var isYAML: Bool {
        guard let file, !eachLine else { return false }
        return !isJSONLines && !file.hasSuffix(".jsonl") && !file.hasSuffix(".ndjson")
    }

    /// The file that can be read again; nil for a command, for standard input and for a pipe, which give
    /// their lines only once. One that is not there, or is a directory, is refused by whoever reads it.
    var rereadableFile: String? {
        guard let file, file != "-" else { return nil }
        var status = stat()
        guard stat(file, &status) == 0 else { return file }
        return [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) ? file : nil
    }

    /// What of the options changes the tasks.
    var digestible: String {
        ([eachLine ? "lines" : "", isJSONLines ? "jsonl" : ""]
            + (job.given + tasks.given).map { "\($0.name)=\($0.value)" } + command)
            .joined(separator: "\u{0}")
    }

    private func commandOptions(outputLimitBytes: Int? = nil) throws -> CommandOptions {
        var options = CommandOptions(outputLimitBytes: outputLimitBytes)
        try job.apply(to: &options)
        try tasks.apply(to: &options)
        return options
    }

    /// The batch file, read whole, with its warnings told; nil for lines, JSON Lines and commands.
    /// - Throws: `BatchError` if anything is wrong with it.
    func batchFile() throws -> BatchFile? {
        guard let file, isYAML else { return nil }
        let read = try BatchReader.read(yaml: file)
        for warning in read.batch.warnings { Terminal.say("warning: \(warning)") }
        return read
    }

    /// Reads the work. Lines and JSON Lines are read later, part by part; the others whole, and refused if
    /// anything is wrong with them.
    ///
    /// - Parameters:
    ///   - outputLimitBytes: what is kept of each stream of a single command.
    ///   - key: names the submission; nil draws one.
    ///   - isAlone: its farm has no other jobs; what names some is refused at once.
    ///   - batchFile: what `batchFile()` has returned, if that was asked for before.
    func read(
        outputLimitBytes: Int? = nil, key given: UniqueKey? = nil, isAlone: Bool = false,
        _ batchFile: BatchFile? = nil
    ) throws -> Work {
        var generator = SystemRandomNumberGenerator()
        let key = given ?? UniqueKey(using: &generator)
        let surroundings = try Surroundings.here()
        let name = job.name ?? ""
        if eachLine {
            let lines = try BatchReader.lines(
                file ?? "-", command: command, options: commandOptions(), key: key, surroundings: surroundings
            )
            return Work(name: name, lanes: tasks.lane == nil ? .none : .some) { try lines.next() }
        }
        if let file, !isYAML {
            let lines = try BatchReader.jsonLines(
                file, options: commandOptions(), key: key, surroundings: surroundings)
            if tasks.lane != nil || isAlone || rereadableFile != nil {
                return Work(
                    name: name, lanes: tasks.lane == nil ? .unknown : .some, place: lines.problem(refused:)
                ) { try lines.next() }
            }
            // A pipe's first part has to tell; what is for lanes only behind it is refused.
            var first = try lines.next()
            return Work(
                name: name, lanes: first?.usesLanes == true ? .some : .none, place: lines.problem(refused:)
            ) {
                try first.take() ?? lines.next()
            }
        }
        if var read = try batchFile ?? self.batchFile() {
            try job.apply(to: &read.batch)
            if isAlone { try read.batch.requireNoReferences() }
            return Work(read.batch, key: key, surroundings: surroundings) { [read] in
                read.problem(refused: $0)
            }
        }
        let batch = try BatchReader.command(
            command, options: commandOptions(outputLimitBytes: outputLimitBytes))
        if isAlone { try batch.requireNoReferences() }
        return Work(batch, key: key, surroundings: surroundings)
    }
}

extension Surroundings {
    /// Those of this process.
    /// - Throws: `CommandFailure` if its directory is gone.
    static func here() throws -> Surroundings {
        let surroundings = current()
        guard surroundings.directory.hasPrefix("/") else {
            throw CommandFailure(
                .refused,
                "the current directory is gone, and tasks run where they are submitted: go to one that is there"
            )
        }
        return surroundings
    }
}
