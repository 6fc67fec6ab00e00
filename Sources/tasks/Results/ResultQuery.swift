import FarmTransport
import TaskFarm

/// What was asked for, in terms of the columns that there are.
struct ResultQuery {
    private let states: Set<TaskState>?
    private let condition: Condition?
    private let conditionColumns: [ResultColumn]
    let sort: [(column: ResultColumn, isDescending: Bool)]
    /// Nil: the usual ones.
    let columns: [ResultColumns.Named]?

    /// - Throws: `CommandFailure` for a column that is not there.
    init(_ options: ResultOptions, _ known: ResultColumns) throws {
        states = try options.states()
        condition = try options.condition()
        conditionColumns = try (condition?.names ?? []).map { name in
            // `state == failed` is what everybody writes first.
            if known.column(name) == nil, TaskState.allCases.contains(where: { $0.word == name }) {
                throw CommandFailure(
                    .refused, "--filter: '\(name)' is a text: put it in quotes, as in state == \"\(name)\"")
            }
            return try known.column(name, for: "filter")
        }
        sort = try options.sortKeys.map { (try known.column($0.name, for: "sort"), $0.isDescending) }
        columns = try options.columnNames?.map { name in
            ResultColumns.Named(key: name, column: try known.column(name, for: "columns"))
        }
    }

    /// Whether every row is wanted.
    var takesAll: Bool { states == nil && condition == nil }

    /// Whether the row can be left out without a look at its name and value.
    func passesOver(_ facts: ResultFacts) -> Bool { states.map { !$0.contains(facts.state) } ?? false }

    func takes(_ row: ResultRow) -> Bool {
        condition?.holds(of: conditionColumns.map { $0.cell(row, written: false) }) ?? true
    }
}
