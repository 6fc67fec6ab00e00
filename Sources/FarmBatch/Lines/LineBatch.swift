import FarmTemplate

/// `--each-line`: parts of a sealed submission, made as lines are read. Memory: one part.
public final class LineBatch {
    private let reader: LineReader
    private let options: CommandOptions
    private let name: String
    private let draft: TaskDraft
    private var builder: PartBuilder
    private var isEnded = false
    private var hasBegun = false
    /// Tasks so far.
    public private(set) var taskCount = 0

    init(
        _ reader: LineReader, command: [String], options: CommandOptions, key: UniqueKey,
        surroundings: Surroundings
    ) throws(BatchError) {
        var words = command
        if !command.dropFirst().contains(where: { $0.contains("{}") || $0.contains("{line}") }),
            !(command.first?.contains("{}") ?? false)
        {
            words.append("{}")
        }
        var template = TaskTemplate(.arguments(words))
        template.payloadParameters = ["line"]
        template.hasPlaceholders = true
        (template.check, template.mpi) = (options.check, options.mpi)
        draft = try options.task(template, command)
        self.reader = reader
        self.options = options
        name = options.taskName ?? CommandOptions.name(of: command)
        builder = PartBuilder(key: key, header: options.header(surroundings))
    }

    /// The next part; nil behind the last. Nothing runs before that has come.
    ///
    /// - Throws: what is wrong with a line, or that there is none; then the submission is to be left
    ///   unfinished.
    public func next() throws(BatchError) -> PartDraft? {
        if isEnded { return nil }
        while !builder.isFull {
            guard let line = try reader.next() else {
                guard taskCount > 0 else {
                    throw BatchError(.empty, file: reader.file, "no lines: nothing would run")
                }
                isEnded = true
                return builder.take(isLast: true)
            }
            try add(line)
        }
        return builder.take(isLast: false)
    }

    private func add(_ line: [UInt8]) throws(BatchError) {
        let log = ProblemLog(file: reader.file)
        if !SourceText.check(line, log, firstLine: reader.number) { try log.finish() }
        guard UInt64(taskCount) < Sweep.limit else {
            throw BatchError(.limit, file: reader.file, line: reader.number, "more than \(Sweep.limit) tasks")
        }
        if !builder.hasGroup {
            if !hasBegun { for template in draft.templates { builder.add(template: template.encoded()) } }
            var (group, references) = options.group(draft, name, count: 0)
            group.isContinuation = hasBegun
            // What is continued has them already.
            if hasBegun { (group.after, group.policy.follow, references) = ([], nil, []) }
            builder.add(group: group, references: references)
            hasBegun = true
        }
        var payload: [UInt8] = [2]
        payload.append(contentsOf: "{\"line\":".utf8)
        JSONValue.encode(String(decoding: line, as: UTF8.self), into: &payload)
        payload.append(UInt8(ascii: "}"))
        builder.add(payload: payload)
        taskCount += 1
    }
}
