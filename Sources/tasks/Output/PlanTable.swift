import FarmBatch
import TaskFarm

/// What would be queued, a row a name: how many, what the first are called, what they wait for, what holds
/// for them, and why no engine could run them.
struct PlanTable {
    var rows: [PlannedTasks] = []
    /// Nil if no farm is reachable.
    let fit: EngineFit?

    init(fit: EngineFit?) { self.fit = fit }

    func write(_ format: OutputFormat) { (format == .table ? forPeople : forPrograms).write(format) }

    private var forPeople: Table {
        let unmet = rows.map { fit?.unmet($0.policy) }
        var table = Table([
            .init("task"), .init("tasks", isNumber: true), .init("first"), .init("after"), .init("settings"),
        ])
        let isUnmet = unmet.contains { $0 != nil }
        if isUnmet { table.columns.append(.init("unmet", "cannot run")) }
        for (row, unmet) in zip(rows, unmet) {
            table.rows.append(
                [
                    .words(row.name), .whole(row.count), .words(row.first.first ?? ""),
                    .words(row.after.joined(separator: ", ")), .words(Self.flow(row.settings, isOuter: true)),
                ] + (isUnmet ? [.words(unmet ?? "")] : []))
        }
        return table
    }

    private var forPrograms: Table {
        var table = Table([
            .init("task"), .init("tasks"), .init("first"), .init("after"), .init("settings"), .init("unmet"),
        ])
        for row in rows {
            table.rows.append([
                .string(row.name), .whole(row.count), .array(row.first.map { .string($0) }),
                .array(row.after.map { .string($0) }), row.settings,
                .words(fit?.unmet(row.policy) ?? ""),
            ])
        }
        return table
    }

    /// As it could stand in a batch file: `retry: 2, needs: {cpus: 4}`.
    private static func flow(_ value: JSONValue, isOuter: Bool = false) -> String {
        switch value {
        case .object(let members):
            let text = members.map { "\($0.key): \(flow($0.value))" }.joined(separator: ", ")
            return isOuter ? text : "{\(text)}"
        case .array(let items): return "[\(items.map { flow($0) }.joined(separator: ", "))]"
        default: return value.text
        }
    }
}
