extension ExpressionScope {
    /// Reads what stands behind `tasks.`: `mesh.result`, `mesh.result.points.0`, `mesh.dir`.
    func result(_ term: Substring, at start: Int) throws(TemplateError) -> Reference {
        let names: [String]
        switch results {
        case .unknown: return .result("")
        case .names(let list): names = list
        case .known(let all): names = all.keys.sorted()
        }
        // A task's name may hold dots itself.
        let fitting = names.filter { term == $0[...] || term.hasPrefix($0 + ".") }
        guard let name = fitting.max(by: { $0.count < $1.count }) else {
            throw TemplateError(.unknownName, Self.unknown(term, names), offset: start)
        }
        let steps = term.dropFirst(name.count).split(separator: ".", omittingEmptySubsequences: false)
            .dropFirst()
        guard steps.first == "result" || (steps.first == "dir" && steps.count == 1),
            steps.allSatisfy({ !$0.isEmpty })
        else {
            throw TemplateError(
                .badExpression,
                "`${{ tasks.\(term) }}` is not understood: of “\(name)” there are `tasks.\(name).result`, its fields as in"
                    + " `tasks.\(name).result.cells`, and `tasks.\(name).dir`", offset: start)
        }
        guard case .known(let all) = results, let result = all[name] else { return .result(name) }
        if steps.first == "dir" { return .json(.string(result.directory)) }
        return .json(try Self.value(of: result, called: name, at: steps.dropFirst(), start))
    }

    private static func value(
        of result: TaskResult, called name: String, at path: ArraySlice<Substring>, _ start: Int
    ) throws(TemplateError) -> JSONValue {
        let what = "the result of “\(name)” (\(result.task))"
        guard var value = result.value else {
            throw TemplateError(
                .badValue,
                result.isCut
                    ? "\(what) is too large to be put in: have that task write a file, and pass its name"
                    : "“\(name)” (\(result.task)) gave no result: a command writes JSON to $TASKS_RESULT_FILE, or says"
                        + " `result:`", offset: start)
        }
        for step in path {
            let found: JSONValue? =
                switch value {
                case .object: value[String(step)]
                case .array(let items): Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil }
                default: nil
                }
            guard let found else {
                throw TemplateError(.badValue, "\(what) has no “\(step)”\(fields(of: value))", offset: start)
            }
            value = found
        }
        guard !value.text.utf8.contains(0) else {
            throw TemplateError(.badValue, "\(what) holds a NUL character", offset: start)
        }
        return value
    }

    /// What there is instead, for errors.
    private static func fields(of value: JSONValue) -> String {
        switch value {
        case .object(let members):
            let keys = members.map(\.key)
            if keys.isEmpty { return "; it is empty" }
            return "; it has: " + keys.prefix(10).joined(separator: ", ") + (keys.count > 10 ? ", …" : "")
        case .array(let items): return "; it is a list of \(items.count)"
        default: return "; it is no object"
        }
    }

    private static func unknown(_ term: Substring, _ names: [String]) -> String {
        let wanted = term.split(separator: ".").first.map(String.init) ?? String(term)
        if names.isEmpty {
            return
                "`tasks.\(term)` can only stand in a task that waits for “\(wanted)” to succeed: give it `after: \(wanted)`"
        }
        return
            "“\(wanted)” is none of the tasks that this one waits for to succeed (\(names.joined(separator: ", ")))"
            + Spelling.hint(wanted, in: names) + "; name it in `after`"
    }
}
