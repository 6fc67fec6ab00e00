import FarmTemplate

/// Reads `python:`: code, a file, or a mapping of all that can be said.
struct PythonReader {
    let log: ProblemLog

    /// - Returns: nil, and a problem in the log, if it makes no sense.
    func read(_ item: Item, into draft: inout TaskDraft) -> PythonBody? {
        guard case .mapping = item.content else {
            guard let text = log.text(item, "python", "code, or a file whose name ends in .py") else {
                return nil
            }
            var body = PythonBody()
            if Self.isFile(text) { body.file = text } else { body.code = text }
            draft.origins[body.file == nil ? "python.code" : "python.file"] = item
            guard text.contains(where: { !$0.isWhitespace }) else {
                log.add(.badValue, at: item.position, "`python` is empty: write code, or name a file")
                return nil
            }
            return body
        }
        guard let fields = Fields(item, of: "`python`", BatchKeys.python, log) else { return nil }
        draft.origins["python"] = item
        var body = PythonBody()
        for (key, path) in [
            ("code", \PythonBody.code), ("file", \.file), ("expression", \.expression),
        ] {
            guard let item = fields[key] else { continue }
            guard let text = log.text(item, key, "a text") else { return nil }
            body[keyPath: path] = text
            draft.origins["python." + key] = item
        }
        if let item = fields["push"], !push(item, into: &body, &draft) { return nil }
        if let item = fields["pull"] {
            guard let pull = pull(item) else { return nil }
            body.pull = pull
            draft.origins["python.pull"] = item
        }
        for (key, path) in [("clear-before", \PythonBody.clearsBefore), ("clear-after", \.clearsAfter)] {
            guard let item = fields[key] else { continue }
            guard let value = log.boolean(item, key) else { return nil }
            body[keyPath: path] = value
        }
        return body
    }

    /// A line that ends in `.py` names a file.
    private static func isFile(_ text: String) -> Bool {
        text.hasSuffix(".py") && !text.contains { $0.isNewline }
    }

    private func push(_ item: Item, into body: inout PythonBody, _ draft: inout TaskDraft) -> Bool {
        guard case .mapping(let entries) = item.content else {
            log.add(
                .wrongType, at: item.position,
                "`push` must be a mapping of variables and their values, found \(item.found)")
            return false
        }
        draft.origins["python.push"] = item
        for entry in entries {
            body.push.append(JSONMember(entry.key, entry.value.json))
            draft.origins["python.push.\(entry.key)"] = entry.value
        }
        return true
    }

    private func pull(_ item: Item) -> PythonBody.Pull? {
        guard case .list = item.content else {
            return log.fixed(item, "pull", "a variable's name, or a list of them").map { .one($0) }
        }
        let before = log.faultCount
        let names = log.texts(item, "pull", "a variable's name").map(\.0)
        if names.isEmpty, log.faultCount == before {
            log.add(.badValue, at: item.position, "`pull` names no variable: leave it out")
        }
        return names.isEmpty ? nil : .names(names)
    }
}
