import FarmTemplate

/// Reads the fields that a task and `defaults:` have in common; what is read later wins.
struct SharedFieldsReader {
    let log: ProblemLog

    func read(_ fields: Fields, into draft: inout TaskDraft) {
        readCommand(fields, into: &draft)
        readContent(fields, into: &draft)
        readPolicy(fields, into: &draft)
    }

    private func readCommand(_ fields: Fields, into draft: inout TaskDraft) {
        if let item = fields["env"] { readEnvironment(item, into: &draft) }
        if let item = fields["dir"], let path = log.text(item, "dir", "a path") {
            draft.template.directory = path
            draft.origins["dir"] = item
        }
        if let item = fields["setup"] {
            let lines = log.texts(item, "setup", "a shell line")
            draft.template.setup = lines.map(\.0)
            for (index, line) in lines.enumerated() { draft.origins["setup[\(index)]"] = line.1 }
        }
        if let item = fields["check"], let line = log.text(item, "check", "a shell line") {
            draft.template.check = line
            draft.origins["check"] = item
            if line.allSatisfy(\.isWhitespace) {
                log.add(.badValue, at: item.position, "`check` is empty: write a shell line, or leave it out")
            }
        }
        if let item = fields["shell"] {
            if case .list = item.content {
                draft.template.shell = log.texts(item, "shell", "a word").map(\.0)
            } else if let line = log.text(item, "shell", "a shell with its options") {
                draft.template.shell = line.split(separator: " ").map(String.init)
            }
            if draft.template.shell.isEmpty {
                log.add(.badValue, at: item.position, "`shell` is empty: name a shell, or leave the key out")
            }
        }
        if let item = fields["stdin"] { readInput(item, into: &draft) }
        if let item = fields["stdout"] { draft.template.stdout = output(item, "stdout", &draft) }
        if let item = fields["stderr"] { draft.template.stderr = output(item, "stderr", &draft) }
        if let item = fields["mpi"] {
            draft.template.mpi = item.isNull ? nil : RanksReader(log: log).read(item)
        }
        if let item = fields["result"] { readResult(item, into: &draft) }
        if let item = fields["output-limit"], let text = log.fixed(item, "output-limit", "a size") {
            draft.template.outputLimitBytes = Quantity.bytes(text)
            if draft.template.outputLimitBytes == nil {
                log.add(
                    .badValue, at: item.position,
                    "`output-limit` must be a size as 65536, 64KiB or 10MB, found \(item.found)")
            }
        }
    }

    private func readEnvironment(_ item: Item, into draft: inout TaskDraft) {
        guard case .mapping(let entries) = item.content else {
            log.add(
                .wrongType, at: item.position, "`env` must be a mapping of variables, found \(item.found)")
            return
        }
        for entry in entries {
            guard Names.isVariable(entry.key), !entry.key.hasPrefix("TASKS_") else {
                let why =
                    entry.key.hasPrefix("TASKS_") ? "is set by the engine" : "is not the name of a variable"
                log.add(.badValue, at: entry.position, "`\(entry.key)` \(why)")
                continue
            }
            if entry.value.isNull {
                log.add(
                    .wrongType, at: entry.value.position,
                    "`env.\(entry.key)` must be a text, found nothing; write \"\" for an empty one")
                continue
            }
            guard let text = log.text(entry.value, "env." + entry.key, "a text") else { continue }
            draft.template.environment.removeAll { $0.name == entry.key }
            draft.template.environment.append(.init(entry.key, text))
            draft.origins["env." + entry.key] = entry.value
        }
    }

    private func readInput(_ item: Item, into draft: inout TaskDraft) {
        if case .mapping = item.content {
            guard let fields = Fields(item, of: "`stdin`", BatchKeys.stdin, log) else { return }
            if let file = fields["file"], fields["text"] == nil {
                return readInputFile(file, into: &draft)
            }
            guard let input = fields["text"], fields["file"] == nil else {
                log.add(.missing, at: item.position, "`stdin` needs either `file` or `text`")
                return
            }
            guard let text = log.text(input, "stdin.text", "a text") else { return }
            draft.template.stdin = .text(text)
            draft.origins["stdin"] = input
        } else {
            readInputFile(item, into: &draft)
        }
    }

    private func readInputFile(_ item: Item, into draft: inout TaskDraft) {
        guard let path = path(item, "stdin") else { return }
        draft.template.stdin = .file(path)
        draft.origins["stdin"] = item
    }

    private func path(_ item: Item, _ key: String) -> String? {
        guard let path = log.text(item, key, "a path") else { return nil }
        if path.isEmpty {
            log.add(.badValue, at: item.position, "`\(key)` must be a path, found an empty text")
            return nil
        }
        return path
    }

    private func output(_ item: Item, _ key: String, _ draft: inout TaskDraft) -> TaskTemplate.Output? {
        var file = item
        var isAppended = false
        if case .mapping = item.content {
            guard let fields = Fields(item, of: "`\(key)`", BatchKeys.output, log) else { return nil }
            guard let named = fields["file"] else {
                log.add(.missing, at: item.position, "`\(key)` needs `file`")
                return nil
            }
            file = named
            if let append = fields["append"] {
                guard let value = log.boolean(append, key + ".append") else { return nil }
                isAppended = value
            }
        }
        draft.origins[key] = file
        return path(file, key).map { TaskTemplate.Output(file: $0, isAppended: isAppended) }
    }

    private func readResult(_ item: Item, into draft: inout TaskDraft) {
        guard let fields = Fields(item, of: "`result`", BatchKeys.result, log) else { return }
        switch (fields["file"], fields["regex"]) {
        case (let file?, nil):
            guard let path = path(file, "result.file") else { return }
            draft.template.result = .file(path)
            draft.origins["result"] = file
        case (nil, let pattern?):
            guard let text = log.text(pattern, "result.regex", "a regular expression") else { return }
            do {
                _ = try Regex(text)
                draft.template.result = .regex(text)
            } catch {
                log.add(
                    .badValue, at: pattern.position,
                    "`result.regex` is not a regular expression: \(error)")
            }
        default: log.add(.missing, at: item.position, "`result` needs either `file` or `regex`")
        }
    }
}
