import FarmTransport
import TaskFarm

/// What became of tasks, as rows: id, name, parameters, state, attempt, engine, seconds, exit code, and the
/// fields of their values.
struct ResultTable {
    /// One task: where it is, and what became of it if it has ended.
    struct Row {
        var task: TaskStatus
        var outcome: TaskOutcome?
    }

    let rows: [Row]
    /// Whether a table for people has a column with errors.
    var showsErrors = true

    func write(_ format: OutputFormat) {
        switch format {
        case .table, .csv: flat(forPeople: format == .table).write(format)
        case .json, .jsonl: nested.write(format)
        }
    }

    private static let columns: [Table.Column] = [
        .init("id"), .init("name"), .init("state"), .init("attempt", isNumber: true),
        .init("engine", isNumber: true), .init("seconds", isNumber: true), .init("exit", isNumber: true),
    ]

    private static func cells(_ row: Row) -> [JSONValue] {
        let outcome = row.outcome
        let attempt = outcome?.attempts ?? row.task.attempt
        let engine = outcome?.engine ?? row.task.engine
        let ran = outcome?.startedAt != nil && outcome?.cause != .notStarted
        return [
            .string(row.task.id.description), .words(row.task.name),
            .string((outcome?.state ?? row.task.state).word), attempt > 0 ? .whole(attempt) : .null,
            engine.map { .whole($0.raw) } ?? .null,
            ran ? .seconds(outcome?.duration.inSeconds ?? 0) : .null,
            ran ? .whole(outcome?.exitCode ?? 0) : .null,
        ]
    }

    // MARK: A column a field

    private func flat(forPeople: Bool) -> Table {
        let parameters = parameterNames(forPeople: forPeople)
        let values = rows.map { $0.outcome.map(Self.value) ?? .null }
        let fields = Self.fields(values).filter { !forPeople || !repeatsParameter($0, values) }
        let taken = Set(Self.columns.map(\.key) + parameters)
        var table = Table(Self.columns)
        table.columns.insert(contentsOf: parameters.map { .init($0) }, at: 2)
        for field in fields {
            let key = field ?? "value"
            let isNumber = values.allSatisfy { value in
                switch field.map({ value[$0] ?? .null }) ?? value {
                case .number, .null, .object: true
                default: false
                }
            }
            table.columns.append(.init(taken.contains(key) ? "value.\(key)" : key, isNumber: isNumber))
        }
        let errors =
            showsErrors || !forPeople
            ? rows.contains { $0.outcome.map { !$0.error.isEmpty } ?? false } : false
        if errors || !forPeople { table.columns.append(.init("error")) }
        for (row, value) in zip(rows, values) {
            var cells = Self.cells(row)
            cells.insert(
                contentsOf: parameters.map { row.task.parameters[$0].map { .string($0) } ?? .null }, at: 2)
            for field in fields { cells.append(Self.field(field, of: value)) }
            if errors || !forPeople { cells.append(.words(Self.error(row.outcome, forPeople: forPeople))) }
            table.rows.append(cells)
        }
        return table
    }

    private static func error(_ outcome: TaskOutcome?, forPeople: Bool) -> String {
        guard let outcome, outcome.state != .succeeded else { return "" }
        let words = Failures.reason(outcome)
        return forPeople && words.count > 100 ? words.prefix(99) + "…" : words
    }

    private static func value(_ outcome: TaskOutcome) -> JSONValue {
        guard outcome.hasValue, let text = try? outcome.valueJSON(),
            let value = try? JSONValue(parsing: Array(text.utf8))
        else { return .null }
        return value
    }

    /// The fields of all values, in the order in which they come first; nil stands for values that are no
    /// objects.
    private static func fields(_ values: [JSONValue]) -> [String?] {
        var fields: [String?] = []
        var seen: Set<String?> = []
        for value in values {
            switch value {
            case .null: continue
            case .object(let members):
                for member in members where seen.insert(member.key).inserted { fields.append(member.key) }
            default: if seen.insert(nil).inserted { fields.append(nil) }
            }
        }
        return fields
    }

    /// Whether a value's field only says what the task's name says already.
    private func repeatsParameter(_ field: String?, _ values: [JSONValue]) -> Bool {
        guard let field else { return false }
        return zip(rows, values).allSatisfy { row, value in
            value[field].map { $0.text == row.task.parameters[field] } ?? true
        }
    }

    private static func field(_ field: String?, of value: JSONValue) -> JSONValue {
        if case .object = value { return field.flatMap { value[$0] } ?? .null }
        return field == nil ? value : .null
    }

    /// In a table for people those that stand in the tasks' names are left out.
    private func parameterNames(forPeople: Bool) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for row in rows {
            for name in Self.ordered(row.task) where seen.insert(name).inserted { names.append(name) }
        }
        guard forPeople else { return names }
        return names.filter { name in
            !rows.allSatisfy { $0.task.parameters[name] == nil || $0.task.name.contains("\(name)=") }
        }
    }

    /// A task's parameters, in the order in which its name has them if it does.
    static func ordered(_ task: TaskStatus) -> [String] {
        let places = task.parameters.keys.map { name in
            (name, task.name.firstRange(of: "\(name)=")?.lowerBound ?? task.name.endIndex)
        }
        return places.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }

    // MARK: An object a task

    private var nested: Table {
        var table = Table(Self.columns)
        table.columns += [
            .init("cause"), .init("parameters"), .init("submitted"), .init("started"), .init("ended"),
            .init("cpu_seconds"), .init("peak_memory_kib"), .init("error"), .init("value"),
        ]
        for row in rows {
            let outcome = row.outcome
            let parameters = Self.ordered(row.task).map { name in
                JSONMember(name, .string(row.task.parameters[name] ?? ""))
            }
            table.rows.append(
                Self.cells(row) + [
                    outcome.map { $0.cause == .none ? .null : .string($0.cause.word) } ?? .null,
                    .object(parameters), outcome.map { .string(Moment.utc($0.submittedAt)) } ?? .null,
                    outcome?.startedAt.map { .string(Moment.utc($0)) } ?? .null,
                    outcome.map { .string(Moment.utc($0.endedAt)) } ?? .null,
                    outcome.map { .seconds($0.cpuTime.inSeconds) } ?? .null,
                    // Of a small command it cannot be told from the engine's own.
                    outcome.flatMap { $0.peakMemoryKiB > 0 ? .whole($0.peakMemoryKiB) : nil } ?? .null,
                    .words(Self.error(outcome, forPeople: false)), outcome.map(Self.value) ?? .null,
                ])
        }
        return table
    }
}
