import FarmTransport
import TaskFarm

/// A task as a row of `tasks results`.
struct ResultRow {
    let facts: ResultFacts
    let name: String
    /// In the order of its sweep.
    let parameterNames: [String]
    /// As many.
    let parameterValues: [ParameterValue]
    /// Null for none.
    let value: JSONValue

    init(_ facts: ResultFacts, _ names: JobNames) {
        self.facts = facts
        (name, parameterNames, parameterValues) = names.row(
            of: facts.id, at: facts.place, given: facts.given)
        value = Self.value(facts)
    }

    /// A task that is at hand, and what became of it if it has ended.
    init(_ row: ResultTable.Row) {
        facts =
            row.outcome.map { ResultFacts($0, at: row.task.place) } ?? ResultFacts(row.task)
        name = row.task.name
        let parameters = row.task.orderedParameters(given: row.outcome?.givenParameters ?? [])
        (parameterNames, parameterValues) = (parameters.map(\.name), parameters.map(\.value))
        value = Self.value(facts)
    }

    private static func value(_ facts: ResultFacts) -> JSONValue {
        facts.value.isEmpty ? .null : (try? JSONValue(parsing: facts.value)) ?? .null
    }

    /// One of its parameters.
    func parameter(_ name: String) -> ParameterValue? {
        parameterNames.firstIndex(of: name).map { parameterValues[$0] }
    }

    /// As they were written, by name.
    var parameters: [(name: String, text: String)] {
        zip(parameterNames, parameterValues).map { ($0, $1.text) }
    }
}
