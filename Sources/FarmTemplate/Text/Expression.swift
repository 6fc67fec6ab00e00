/// What a `${{ … }}` stands for.
enum Reference: Equatable, Sendable {
    /// A parameter, by its position among the template's.
    case parameter(Int)
    case name
    case index
    case taskID
    case job
    /// `${{ 'text' }}`: itself.
    case text(String)
    /// Something of this task's result, which is not known here; empty for any task.
    case result(String)
    /// What a task's result has there.
    case json(JSONValue)

    /// Whether it is a parameter.
    var isParameter: Bool {
        if case .parameter = self { true } else { false }
    }
}

/// One `${{ … }}` or placeholder, read.
struct Expression: Equatable, Sendable {
    var reference: Reference
    /// `| raw`: put in as it is, also in a shell line.
    var isRaw: Bool
}

/// The names an expression may use, and how it is written.
struct ExpressionScope: Sendable {
    /// The template's parameters.
    var parameters: [String]
    /// Whether `{}` and `{n}` count too, as they do in commands given on the command line.
    var hasPlaceholders = false
    /// What may be said of other tasks.
    var results = TaskResults.names([])

    /// Reads what stands between `${{` and `}}`.
    ///
    /// - Parameter start: bytes of the whole text before `inner`, for errors.
    func read(_ inner: Substring, at start: Int) throws(TemplateError) -> Expression {
        var parts = inner.split(separator: "|", omittingEmptySubsequences: false)
        var term = Self.trim(parts.removeFirst())
        if let quote = term.first, quote == "'" || quote == "\"" {
            // A quoted text may itself hold a `|`.
            let whole = Self.trim(inner)
            let body = whole.dropFirst()
            guard let close = body.firstIndex(of: quote) else {
                throw TemplateError(.badExpression, "the quote in `${{ }}` is not closed", offset: start)
            }
            term = whole[...close]
            parts = body[body.index(after: close)...].split(separator: "|", omittingEmptySubsequences: false)
            if !parts.isEmpty, Self.trim(parts.removeFirst()) != "" {
                throw TemplateError(
                    .badExpression, "only `| raw` may stand behind a quoted text", offset: start)
            }
        }
        var isRaw = false
        for filter in parts {
            let filter = Self.trim(filter)
            guard filter == "raw", !isRaw else {
                throw TemplateError(
                    .badExpression, "unknown filter “\(filter)” in `${{ }}`; there is `| raw`, once",
                    offset: start)
            }
            isRaw = true
        }
        return Expression(reference: try reference(term, at: start), isRaw: isRaw)
    }

    private func reference(_ term: Substring, at start: Int) throws(TemplateError) -> Reference {
        if term.isEmpty {
            throw TemplateError(.badExpression, "`${{ }}` is empty: name a parameter in it", offset: start)
        }
        if let quote = term.first, quote == "'" || quote == "\"" {
            return .text(String(term.dropFirst().dropLast()))
        }
        if let position = parameters.firstIndex(of: String(term)) { return .parameter(position) }
        switch term {
        case "name": return .name
        case "index": return .index
        case "task_id": return .taskID
        case "job": return .job
        default: break
        }
        if term.hasPrefix("tasks.") { return try result(term.dropFirst(6), at: start) }
        guard Sweep.isIdentifier(term) else {
            throw TemplateError(
                .badExpression,
                "`${{ \(term) }}` is not understood: a name, or a 'text' in quotes, can stand there",
                offset: start)
        }
        let known = parameters + Sweep.reserved
        throw TemplateError(
            .unknownName,
            "nothing is called “\(term)” here\(Spelling.hint(String(term), in: known)); known: "
                + known.joined(separator: ", "), offset: start)
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
