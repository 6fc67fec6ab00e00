import FarmBatch
import TaskFarm

/// What would be queued, a row a name: how many, what the first are called, what they wait for, what holds
/// for them, and why no engine could run them.
struct PlanTable {
    var rows: [PlannedTasks] = []
    /// Nil if no farm is reachable.
    let fit: EngineFit?
    /// How many would be skipped, by name; of those that may be.
    var unchanged: [String: UnchangedCount.Count] = [:]

    init(fit: EngineFit?) { self.fit = fit }

    func write(_ format: OutputFormat) { (format == .table ? forPeople : forPrograms).write(format) }

    private var forPeople: Table {
        let unmet = rows.map { fit?.unmet($0.policy) }
        var table = Table([
            .init("task"), .init("tasks", isNumber: true), .init("first"), .init("after"), .init("settings"),
        ])
        if !unchanged.isEmpty { table.columns.append(.init("unchanged")) }
        let isUnmet = unmet.contains { $0 != nil }
        if isUnmet { table.columns.append(.init("unmet", "cannot run")) }
        for (row, unmet) in zip(rows, unmet) {
            table.rows.append(
                [
                    .words(row.name), .whole(row.count), .words(row.first.first ?? ""),
                    .words(row.after.joined(separator: ", ")), .words(Self.flow(row.settings, isOuter: true)),
                ] + (unchanged.isEmpty ? [] : [.words(words(unchanged[row.name], of: row.count))])
                    + (isUnmet ? [.words(unmet ?? "")] : []))
        }
        return table
    }

    private var forPrograms: Table {
        var table = Table([
            .init("task"), .init("tasks"), .init("first"), .init("after"), .init("settings"), .init("unmet"),
            .init("unchanged"),
        ])
        for row in rows {
            table.rows.append([
                .string(row.name), .whole(row.count), .array(row.first.map { .string($0) }),
                .array(row.after.map { .string($0) }), row.settings,
                .words(fit?.unmet(row.policy) ?? ""),
                unchanged[row.name].map { $0.later > 0 ? .null : .whole($0.skipped) } ?? .null,
            ])
        }
        return table
    }

    /// `12 of 24`: how many would be skipped.
    private func words(_ count: UnchangedCount.Count?, of all: UInt64) -> String {
        guard let count else { return "" }
        if count.later == 0 { return "\(count.skipped) of \(all)" }
        return count.skipped == 0 ? "seen when ready" : "\(count.skipped) of \(all), the rest seen when ready"
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
