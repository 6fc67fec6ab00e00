import FarmTemplate

/// Reads what a task does: `run`, `call` or `python`.
struct BodyReader {
    let log: ProblemLog

    /// - Parameter item: the task, for where it stands.
    /// - Returns: false, and a problem in the log, if it does nothing or too much.
    func read(_ fields: Fields, _ item: Item, into draft: inout TaskDraft) -> Bool {
        let given = BatchKeys.bodies.filter { fields[$0] != nil }
        guard given.count <= 1 else {
            log.add(
                .badValue, at: fields.key(given[1]),
                "a task has `\(given[0])` or `\(given[1])`, not both")
            return false
        }
        if fields["with"] != nil, given != ["call"] {
            log.add(
                .badValue, at: fields.key("with"),
                given == ["python"]
                    ? "`with` goes with `call`: Python gets its variables by `push`"
                    : "`with` goes with `call`: a command gets its parameters by `${{ }}`")
        }
        if let run = fields["run"] { return readRun(run, into: &draft) }
        if let call = fields["call"] { return readCall(call, fields, into: &draft) }
        if let python = fields["python"] { return readPython(python, fields, into: &draft) }
        log.add(
            .missing, at: item.position,
            "the task does nothing: give it `run`, `python`, or `call` with a function's name")
        return false
    }

    private func readCall(_ call: Item, _ fields: Fields, into draft: inout TaskDraft) -> Bool {
        guard let name = log.fixed(call, "call", "the name of a function") else { return false }
        if name.isEmpty { log.add(.badValue, at: call.position, "`call` must name a function") }
        let input = fields["with"]
        draft.template.body = .function(name, with: input?.json)
        if let input { note(input, "with", into: &draft) }
        refuse(["setup", "check", "shell", "stdin", "mpi"], fields, "`run`: functions have none", in: &draft)
        return true
    }

    private func readPython(_ python: Item, _ fields: Fields, into draft: inout TaskDraft) -> Bool {
        guard let body = PythonReader(log: log).read(python, into: &draft) else { return false }
        draft.template.body = .python(body)
        let keys = [
            "setup", "check", "shell", "stdin", "mpi", "env", "dir", "stdout", "stderr", "result",
            "skip-unchanged",
        ]
        refuse(
            keys, fields, "`run`: Python runs in its engine's kernel, which all its tasks share", in: &draft)
        return true
    }

    /// What only a command can have. Defaults are for whatever can use them.
    private func refuse(
        _ keys: [String], _ fields: Fields, _ why: String, in draft: inout TaskDraft
    ) {
        for key in keys where fields[key] != nil {
            log.add(.badValue, at: fields.key(key), "`\(key)` goes with \(why)")
        }
        (draft.template.setup, draft.template.shell, draft.template.stdin) = ([], [], nil)
        (draft.template.check, draft.template.mpi) = (nil, nil)
        guard keys.contains("dir") else { return }
        (draft.template.environment, draft.template.directory) = ([], nil)
        (draft.template.stdout, draft.template.stderr) = (nil, nil)
        draft.template.result = .resultFile
        draft.template.skipUnchanged = nil
        draft.policy.skipsUnchanged = false
    }

    private func readRun(_ run: Item, into draft: inout TaskDraft) -> Bool {
        if case .list = run.content {
            let words = log.texts(run, "run", "a word")
            draft.template.body = .arguments(words.map(\.0))
            for (index, word) in words.enumerated() { draft.origins["run[\(index)]"] = word.1 }
            if words.first.map({ $0.0.isEmpty }) ?? true {
                log.add(.badValue, at: run.position, "`run` is empty: name a program")
                return false
            }
            return true
        }
        guard let line = log.text(run, "run", "a shell line or a list of words") else { return false }
        if line.allSatisfy(\.isWhitespace) {
            log.add(.badValue, at: run.position, "`run` is empty: write a shell line or a list of words")
            return false
        }
        draft.template.body = .shell(line)
        draft.origins["run"] = run
        return true
    }

    /// Notes where each piece of `with` stands.
    private func note(_ item: Item, _ field: String, into draft: inout TaskDraft) {
        draft.origins[field] = item
        switch item.content {
        case .scalar: break
        case .list(let items):
            for (index, item) in items.enumerated() { note(item, "\(field)[\(index)]", into: &draft) }
        case .mapping(let entries):
            for entry in entries { note(entry.value, "\(field).\(entry.key)", into: &draft) }
        }
    }
}
