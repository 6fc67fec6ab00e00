public import FarmTemplate

/// Reads batch files, lines and commands; the way into this module.
public enum BatchReader {
    /// Bytes at which a part of a submission is closed.
    public static let partBytes = 192 << 10

    /// Reads a YAML (or JSON) batch file; `-` is standard input.
    ///
    /// - Throws: all that is wrong with it, up to 20 problems; then nothing of it may be submitted.
    public static func read(yaml path: String) throws(BatchError) -> BatchFile {
        try file(bytes: try FileReading.read(path), file: path)
    }

    /// Reads a YAML batch file that is in memory already.
    ///
    /// - Parameter file: what messages call it.
    public static func read(bytes: [UInt8], file: String) throws(BatchError) -> Batch {
        try self.file(bytes: bytes, file: file).batch
    }

    private static func file(bytes: [UInt8], file: String) throws(BatchError) -> BatchFile {
        let log = ProblemLog(file: file)
        let root = ExtensionReader(log: log).read(try document(bytes, log))
        try log.finish()
        let batch = DocumentReader(log: log).read(root)
        try log.finish()
        guard let batch else { throw BatchError(.syntax, file: file, "the file cannot be read") }
        return batch
    }

    /// What stands in a YAML file, whatever it is; for tests of the format's schema.
    package static func value(of bytes: [UInt8]) throws(BatchError) -> JSONValue {
        try document(bytes, ProblemLog(file: "-")).json
    }

    /// The document in one file, of which `log` has the name.
    ///
    /// - Parameter empty: what to say of a file that holds nothing.
    static func document(
        _ bytes: [UInt8], _ log: ProblemLog,
        empty: String = "the file is empty: a batch file needs at least `tasks:`"
    ) throws(BatchError) -> Item {
        let file = log.files[0].name
        var bytes = bytes
        if bytes.count > FileReading.limitBytes {
            throw BatchError(
                .limit, file: file, "the file is larger than \(FileReading.limitBytes >> 20) MiB")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard SourceText.check(bytes, log) else {
            try log.finish()
            throw BatchError(.notText, file: file, "the file is not text")
        }
        let root = YAMLComposer.compose(bytes, log)
        try log.finish()
        guard let root, !root.isNull else {
            throw BatchError(.empty, file: file, empty)
        }
        log.note(SourceText(bytes: bytes))
        return root
    }

    /// `-- argv`: a job of one command.
    ///
    /// - Parameter command: the program and its arguments; nothing in them is expanded, `${{ }}` apart.
    /// - Throws: an expression that cannot be used, or an empty command.
    public static func command(_ command: [String], options: CommandOptions = CommandOptions())
        throws(BatchError) -> Batch
    {
        var template = TaskTemplate(.arguments(command))
        template.outputLimitBytes = options.outputLimitBytes
        (template.check, template.mpi) = (options.check, options.mpi)
        let draft = try options.task(template, command)
        var batch = Batch(
            name: options.jobName, labels: options.labels, templates: draft.templates, groups: [])
        (batch.weight, batch.brake, batch.isDurable) = (options.weight, options.brake, options.isDurable)
        let (group, references) = options.group(
            draft, options.taskName ?? CommandOptions.name(of: command), count: 1)
        batch.add(group, references)
        return batch
    }

    /// `--each-line -- argv`: a task for each line that is not blank, with `{}` in `command` standing for the
    /// line; without any `{}` the line is added behind.
    ///
    /// - Parameter path: the file with the lines; `-` is standard input.
    /// - Returns: a source of parts, read as they are asked for.
    public static func lines(
        _ path: String, command: [String], options: CommandOptions = CommandOptions(), key: UniqueKey,
        surroundings: Surroundings
    ) throws(BatchError) -> LineBatch {
        try LineBatch(
            LineReader(path), command: command, options: options, key: key, surroundings: surroundings)
    }

    /// Reads a JSON Lines file: a task a line, with the keys of a task of a batch file, `name` and `params`.
    ///
    /// - Parameter path: `-` is standard input.
    /// - Returns: a source of parts, read as they are asked for.
    public static func jsonLines(
        _ path: String, options: CommandOptions = CommandOptions(), key: UniqueKey, surroundings: Surroundings
    ) throws(BatchError) -> JSONLinesBatch {
        JSONLinesBatch(try LineReader(path), options: options, key: key, surroundings: surroundings)
    }
}
