import FarmTemplate

/// A JSON Lines file: parts of a sealed submission, made as lines are read. Memory: one part, the names of
/// tasks that `after` may refer to, and 8 bytes a group.
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
    private var places = GroupPlaces()
    private var groups: [String: (numbers: [UInt32], count: UInt64)] = [:]
    /// Tasks so far.
    public private(set) var taskCount: UInt64 = 0

    init(_ reader: LineReader, options: CommandOptions, key: UniqueKey, surroundings: Surroundings) {
        self.reader = reader
        places.files = [reader.file]
        self.options = options
        log = ProblemLog(file: reader.file)
        builder = PartBuilder(key: key, header: options.header(surroundings))
    }

    /// The next part; nil behind the last. Nothing runs before that has come.
    ///
    /// - Throws: what is wrong with the lines read so far, up to 20 problems, or that there is none; then the
    ///   submission is to be left unfinished.
    public func next() throws(BatchError) -> PartDraft? {
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

    /// What the controller says against a group, at its first line; nil if it names none.
    public func problem(refused message: String) -> BatchProblem? {
        places.problem(message) { groups[$0]?.numbers.first.map { Int($0) } }
    }

    /// Adds the line to the group of the one before, if it belongs there.
    private func append(_ line: JSONLine) -> Bool {
        let payload = line.payload
        guard payload != .none, !common.isEmpty, line.common(payload) == common else { return false }
        guard let bytes = line.bytes(payload, log) else { return true }
        if !builder.hasGroup {
            var continued = group
            (continued.count, continued.isContinuation) = (0, true)
            (continued.after, continued.policy.follow) = ([], nil)
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
        let payload = line.payload
        var names: [String] = []
        if let params = line["params"]?.item {
            guard case .mapping = params.content else {
                log.add(.wrongType, at: params.position, "`params` must be an object, found \(params.found)")
                return
            }
            if line["sweep"] != nil {
                log.add(.badValue, at: params.position, "a line has `params` or `sweep`, not both")
            }
            names = JSONLine.names(params)
        }
        let entries = shown.map { Item.Entry(key: $0.key, position: $0.position, value: $0.item) }
        let item = Item(content: .mapping(entries), position: Position(line: line.number, column: 1))
        let tasks = TaskReader(
            log: log, defaults: nil, policy: options.policy, check: options.check, mpi: options.mpi)
        guard var draft = tasks.read(item, name: name, isLine: true, parameters: names) else { return }
        for dependency in draft.after where dependency.isMatch {
            log.add(
                .unsupported, at: dependency.position,
                "`match` goes with the sweeps of a batch file: in lines name the tasks that each waits for")
        }
        if options.isForced { draft.template.skipUnchanged?.isForced = true }
        switch payload {
        case .command: draft.template.body = .payload
        case .input:
            if case .function(let function, _) = draft.template.body {
                draft.template.body = .function(function, with: nil)
            }
        case .parameters, .none: break
        }
        tasks.check(
            &draft, name: name, at: item.position, in: SourceText(bytes: line.bytes), firstLine: line.number)
        if draft.recoveries.isEmpty, let recovery = options.recovery {
            log.add(recovery.add(to: &draft, called: name))
        }
        let resolver = LinkResolver(log: log, known: { self.groups.keys.sorted() }) { self.groups[$0] }
        let links = links(of: draft, resolver.links(of: draft, called: name))
        guard log.problems.isEmpty else {
            // Later lines may refer to this one: that is not their fault.
            groups[name] = groups[name] ?? ([0], .init(UInt32.max))
            return
        }
        add(line, draft, name, links, payload)
    }

    /// What a line does not say itself the command line says for it.
    private func links(of draft: TaskDraft, _ own: TaskLinks) -> TaskLinks {
        var links = own
        let given = options.links
        if draft.after.isEmpty { links.after = given.after }
        if draft.follow == nil { links.follow = given.follow }
        links.references += given.references.filter { reference in
            reference.slot == .follow ? draft.follow == nil : draft.after.isEmpty
        }
        return links
    }

    private func add(
        _ line: JSONLine, _ draft: TaskDraft, _ name: String, _ links: TaskLinks,
        _ payload: JSONLine.Payload
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
            policy: draft.policy(template: template, follow: links.follow, results: links.results),
            after: links.after)
        if !name.isEmpty { groups[name, default: ([], 0)].numbers.append(groupCount) }
        groupCount += 1
        places.append(Position(line: line.number, column: 0))
        builder.add(group: group, references: links.references)
        if payload == .none {
            count(draft.count, of: name)
        } else if let bytes = line.bytes(payload, log) {
            builder.add(payload: bytes)
            count(1, of: name)
            common = line.common(payload)
        }
    }
}
