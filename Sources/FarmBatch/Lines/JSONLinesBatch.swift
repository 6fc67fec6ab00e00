public import FarmTemplate

/// A JSON Lines file: parts of a sealed submission, made as lines are read. Memory: one part, and the names
/// of tasks that `after` may refer to.
///
/// Lines in a row that differ only in what their task gets – `params`, a `run` without expressions, a `with`
/// without expressions – become one array with a payload a task.
public final class JSONLinesBatch {
    private let reader: LineReader
    private let options: CommandOptions
    private let log: ProblemLog
    private var builder: PartBuilder
    private var isEnded = false
    private var templates: [[UInt8]] = []
    private var templateCount: UInt32 = 0
    private var groupCount: UInt32 = 0
    /// What the lines of the group that is being made have in common; empty if nothing can be added to it.
    private var common: [UInt8] = []
    private var group = GroupSpec(template: 0, count: 0)
    private var groups: [String: (numbers: [UInt32], count: UInt64)] = [:]
    /// Tasks so far.
    public private(set) var taskCount: UInt64 = 0

    init(_ reader: LineReader, options: CommandOptions, key: UniqueKey, surroundings: Surroundings) {
        self.reader = reader
        self.options = options
        log = ProblemLog(file: reader.file)
        builder = PartBuilder(
            key: key,
            header: JobHeader(
                name: options.jobName, labels: options.labels, surroundings: surroundings.encoded()))
    }

    /// The next part; nil behind the last. Nothing runs before that has come.
    ///
    /// - Throws: what is wrong with the lines read so far, up to 20 problems, or that there is none; then the
    ///   submission is to be left unfinished.
    public func next() throws(BatchError) -> SubmissionPart? {
        if isEnded { return nil }
        while true {
            guard let bytes = try reader.next() else {
                try log.finish()
                guard taskCount > 0 else {
                    throw BatchError(.empty, file: reader.file, "no lines: nothing would run")
                }
                isEnded = true
                return builder.take(isLast: true)
            }
            if SourceText.check(bytes, log, firstLine: reader.number),
                let line = JSONLine(bytes, number: reader.number, log), !append(line)
            {
                begin(line)
            }
            if log.isFull { try log.finish() }
            guard taskCount <= Sweep.limit else {
                throw BatchError(
                    .limit, file: reader.file, line: reader.number, "more than \(Sweep.limit) tasks")
            }
            if builder.isFull {
                let part = builder.take(isLast: false)
                // Once something is wrong nothing may be submitted: the rest is read for its errors only.
                if log.problems.isEmpty { return part }
            }
        }
    }

    /// Where a line keeps what its task alone gets.
    private enum Payload {
        /// `params`, for a template's expressions.
        case parameters
        /// `run`, and `params` for the environment.
        case command
        /// `with`.
        case input
        /// Nothing: the line is an array of its own.
        case none
    }

    private func payload(_ line: JSONLine) -> Payload {
        if line["sweep"] != nil { return .none }
        let names = line["params"].map { Self.names($0.item) } ?? []
        if let run = line["run"] {
            let isTaken = names.contains("run") || line.contains("${{", in: run)
            return isTaken ? (names.isEmpty ? .none : .parameters) : .command
        }
        if line["call"] != nil, names.isEmpty {
            return line["with"].map { line.contains("${{", in: $0) } ?? true ? .none : .input
        }
        return names.isEmpty ? .none : .parameters
    }

    private static func names(_ item: Item) -> [String] {
        guard case .mapping(let entries) = item.content else { return [] }
        return entries.map(\.key)
    }

    /// What must be equal for a line to join the one before.
    private func common(_ line: JSONLine, _ payload: Payload) -> [UInt8] {
        if payload == .none { return [] }
        var bytes: [UInt8] = []
        for member in line.members {
            bytes.append(contentsOf: member.key.utf8)
            bytes.append(0)
            switch (member.key, payload) {
            case ("params", _):
                for name in Self.names(member.item) { bytes.append(contentsOf: Array(name.utf8) + [0]) }
            case ("run", .command), ("with", .input): break
            default: bytes.append(contentsOf: line.bytes[member.raw])
            }
            bytes.append(0)
        }
        return bytes
    }

    /// Adds the line to the group of the one before, if it belongs there.
    private func append(_ line: JSONLine) -> Bool {
        let payload = payload(line)
        guard payload != .none, !common.isEmpty, common(line, payload) == common else { return false }
        guard let bytes = bytes(line, payload) else { return true }
        if !builder.hasGroup {
            var continued = group
            (continued.count, continued.isContinuation, continued.after) = (0, true, [])
            builder.add(group: continued)
        }
        builder.add(payload: bytes)
        count(1, of: group.name)
        return true
    }

    private func count(_ tasks: UInt64, of name: String) {
        taskCount += tasks
        if !name.isEmpty { groups[name]?.count += tasks }
    }

    /// The payload of a line, and a problem in the log if there is none to be made.
    private func bytes(_ line: JSONLine, _ payload: Payload) -> [UInt8]? {
        var members: [JSONMember] = []
        if payload == .input { return [2] + (line["with"]?.item.json.encoded() ?? []) }
        if case .mapping(let entries)? = line["params"]?.item.content {
            for entry in entries {
                if let nul = entry.value.nul {
                    log.add(.badValue, at: nul, "a NUL character cannot stand in a parameter's value")
                    return nil
                }
                members.append(JSONMember(entry.key, Self.parameter(entry.value.json)))
            }
        }
        if payload == .command, let run = line["run"]?.item {
            if let fault = Self.fault(inCommand: run) {
                log.add(.wrongType, at: run.position, fault)
                return nil
            }
            members.append(JSONMember("run", run.json))
        }
        return [2] + JSONValue.object(members).encoded()
    }

    /// An object that could be taken for a value with a text of its own is given one.
    private static func parameter(_ json: JSONValue) -> JSONValue {
        guard json["text"] != nil, json["value"] != nil else { return json }
        return .object([JSONMember("text", .string(json.text)), JSONMember("value", json)])
    }

    private static func fault(inCommand item: Item) -> String? {
        if item.nul != nil { return "a NUL character cannot stand in `run`" }
        switch item.content {
        case .scalar(let text, let isPlain):
            let isBlank = text.allSatisfy(\.isWhitespace)
            return isPlain || isBlank
                ? "`run` must be a shell line or a list of words, found \(item.found)" : nil
        case .list(let words):
            let isFine = words.allSatisfy { if case .scalar(_, false) = $0.content { true } else { false } }
            if words.isEmpty || words[0].text?.isEmpty ?? true { return "`run` is empty: name a program" }
            return isFine ? nil : "the words of `run` must be strings: put numbers in quotes"
        case .mapping: return "`run` must be a shell line or a list of words, found a mapping"
        }
    }

    /// Begins a group with the line.
    private func begin(_ line: JSONLine) {
        common = []
        var name = options.taskName ?? ""
        var shown = line.members
        if let given = line["name"]?.item, let text = given.text, !text.contains("${{") {
            // A plain name is the group's, so that `after` can refer to it; with expressions it is a pattern.
            if let fault = Names.fault(text, of: "task") { log.add(.badValue, at: given.position, fault) }
            name = text
            shown.removeAll { $0.key == "name" }
        }
        let payload = payload(line)
        var names: [String] = []
        if let params = line["params"]?.item {
            guard case .mapping = params.content else {
                log.add(.wrongType, at: params.position, "`params` must be an object, found \(params.found)")
                return
            }
            if line["sweep"] != nil {
                log.add(.badValue, at: params.position, "a line has `params` or `sweep`, not both")
            }
            names = Self.names(params)
        }
        let entries = shown.map { Item.Entry(key: $0.key, position: $0.position, value: $0.item) }
        let item = Item(content: .mapping(entries), position: Position(line: line.number, column: 1))
        let tasks = TaskReader(log: log, defaults: nil, policy: options.policy)
        guard var draft = tasks.read(item, name: name, extra: ["params"], parameters: names) else { return }
        switch payload {
        case .command: draft.template.body = .payload
        case .input:
            if case .function(let function, _) = draft.template.body {
                draft.template.body = .function(function, with: nil)
            }
        case .parameters, .none: break
        }
        tasks.check(
            draft, name: name, at: item.position, in: SourceText(bytes: line.bytes), firstLine: line.number)
        let after = DependencyReader(log: log).resolve(
            draft.after, of: name, known: { groups.keys.sorted() }, groups: { groups[$0] })
        guard log.problems.isEmpty else {
            // Later lines may refer to this one: that is not their fault.
            groups[name] = groups[name] ?? ([0], .init(UInt32.max))
            return
        }
        add(line, draft, name, after, payload)
    }

    private func add(
        _ line: JSONLine, _ draft: TaskDraft, _ name: String, _ after: [Dependency], _ payload: Payload
    ) {
        let bodies = draft.templates.map { $0.encoded() }
        if bodies != templates {
            for body in bodies { builder.add(template: body) }
            templates = bodies
            templateCount += UInt32(bodies.count)
        }
        let template = templateCount - UInt32(bodies.count)
        group = GroupSpec(
            template: template, count: UInt32(clamping: payload == .none ? draft.count : 0), name: name,
            policy: draft.policy(template: template), after: after)
        if !name.isEmpty { groups[name, default: ([], 0)].numbers.append(groupCount) }
        groupCount += 1
        builder.add(group: group)
        if payload == .none {
            count(draft.count, of: name)
        } else if let bytes = bytes(line, payload) {
            builder.add(payload: bytes)
            count(1, of: name)
            common = common(line, payload)
        }
    }
}
