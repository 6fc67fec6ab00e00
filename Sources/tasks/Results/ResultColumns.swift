import FarmTransport
import TaskFarm

/// The columns that the results of a job have, and what they are called.
struct ResultColumns {
    /// A column with its name.
    struct Named {
        var key: String
        var column: ResultColumn
    }

    /// The error's own column, where a field of the values is called `error`.
    private static let otherError = "task_error"

    let parameters: [String]
    /// nil stands for values that are no objects.
    let fields: [String?]

    /// All of them, a field each: for tables and CSV.
    var flat: [Named] {
        plain(ResultColumn.Plain.first) + parameters.map { Named(key: $0, column: .parameter($0)) }
            + plain(ResultColumn.Plain.second)
            + fields.map { Named(key: key(ofField: $0), column: .field($0)) } + [error]
    }

    /// A value in one piece: for JSON.
    var nested: [Named] {
        plain([
            .id, .name, .state, .attempt, .engine, .seconds, .exit, .cause, .parameters, .submitted, .started,
            .ended, .cpuSeconds, .peakMemoryKiB, .source, .error, .value,
        ])
    }

    var error: Named {
        let isTaken = parameters.contains("error") || fields.contains("error")
        return Named(key: isTaken ? Self.otherError : "error", column: .plain(.error))
    }

    /// Whose value it is that a task has which was skipped.
    var source: Named { Named(key: "source", column: .plain(.source)) }

    func key(ofField field: String?) -> String {
        guard let field else { return parameters.contains("value") ? "value.value" : "value" }
        let isFirm = ResultColumn.Plain(rawValue: field)?.isFirm ?? false
        return isFirm || parameters.contains(field) ? "value.\(field)" : field
    }

    private func plain(_ columns: [ResultColumn.Plain]) -> [Named] {
        columns.map { Named(key: $0.rawValue, column: .plain($0)) }
    }

    /// What a name means, in `--filter`, `--sort` and `--columns`: a parameter, else what every task has, else
    /// a field of the values, or what lies within one. Nil for nothing.
    func column(_ name: String) -> ResultColumn? {
        if parameters.contains(name) { return .parameter(name) }
        let plain = ResultColumn.Plain(rawValue: name)
        if let plain, plain.isFirm { return .plain(plain) }
        if fields.contains(name) { return .field(name) }
        if name == Self.otherError { return .plain(.error) }
        if let plain { return .plain(plain) }
        let inner = name.hasPrefix("value.") ? String(name.dropFirst(6)) : name
        if fields.contains(inner) { return .field(inner) }
        return ResultPath(inner).flatMap { fields.contains($0.field) ? .inner($0) : nil }
    }

    /// - Throws: `CommandFailure` that says what there is.
    func column(_ name: String, for option: String) throws -> ResultColumn {
        if let column = column(name) { return column }
        let known = parameters + fields.compactMap { $0 } + ResultColumn.Plain.allCases.map(\.rawValue)
        let hint = Spelling.hint(name, in: known)
        throw CommandFailure(
            .refused,
            "--\(option): there is no column '\(name)'"
                + (hint.isEmpty ? "; there are \(known.prefix(40).joined(separator: ", "))" : hint))
    }
}
