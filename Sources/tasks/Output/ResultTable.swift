import TaskFarm

/// Results at hand, written in any of the formats; for people a table without what its rows say twice.
struct ResultTable {
    /// A task: where it is, and what became of it if it has ended.
    struct Row {
        var task: TaskStatus
        var outcome: TaskOutcome?
    }

    /// An error's length in a table.
    private static let errorWidth = 100

    private let rows: [ResultRow]
    /// Whether a table for people has a column with errors.
    private let showsErrors: Bool
    private let columns: ResultColumns

    init(rows: [ResultRow], showsErrors: Bool = true) {
        self.rows = rows
        self.showsErrors = showsErrors
        var names: [String] = []
        var seen: Set<String> = []
        var fields = ValueFields()
        for (index, row) in rows.enumerated() {
            for name in row.parameterNames where seen.insert(name).inserted { names.append(name) }
            fields.note(row.value, of: index)
        }
        columns = ResultColumns(parameters: names, fields: fields.ordered)
    }

    init(rows: [Row], showsErrors: Bool = true) {
        self.init(rows: rows.map { ResultRow($0) }, showsErrors: showsErrors)
    }

    /// - Parameter chosen: nil for the usual columns.
    func write(_ format: OutputFormat, chosen: [ResultColumns.Named]? = nil) {
        guard format == .table else {
            var writer = ResultWriter(columns, format, chosen: chosen)
            for row in rows { writer.write(row) }
            return writer.end()
        }
        var shown = chosen ?? columns.flat.filter(says)
        if chosen == nil, rows.contains(where: { $0.facts.source != nil }) { shown.append(columns.source) }
        let cells = rows.map { row in shown.map { Self.cell($0.column, row) } }
        var table = Table(
            shown.enumerated().map { index, named in
                .init(named.key, isNumber: isNumber(named.column, cells.lazy.map { $0[index] }))
            })
        table.rows = cells
        table.write(.table)
    }

    /// Whether a column says something that the others do not.
    private func says(_ named: ResultColumns.Named) -> Bool {
        switch named.column {
        // Parameters that stand in the tasks' names.
        case .parameter(let name):
            !rows.allSatisfy { $0.parameter(name) == nil || $0.name.contains("\(name)=") }
        // Fields that only say what a parameter of the same name says.
        case .field(let field?):
            !rows.allSatisfy { row in
                row.value[field].map { $0.text == row.parameter(field)?.text } ?? true
            }
        case .plain(.error): showsErrors && rows.contains { !$0.facts.error.isEmpty }
        default: true
        }
    }

    private static func cell(_ column: ResultColumn, _ row: ResultRow) -> JSONValue {
        if column == .plain(.error), row.facts.error.count > errorWidth {
            return .string(row.facts.error.prefix(errorWidth - 1) + "…")
        }
        return column.cell(row, written: true)
    }

    private func isNumber(_ column: ResultColumn, _ cells: some Sequence<JSONValue>) -> Bool {
        switch column {
        case .plain(let plain): plain.isNumber
        case .parameter: false
        case .field, .inner:
            cells.allSatisfy { cell in
                switch cell {
                case .number, .null: true
                default: false
                }
            }
        }
    }
}
