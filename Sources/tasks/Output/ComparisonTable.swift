import FarmTemplate
import TaskFarm

/// A comparison of two runs as rows, and in a line.
struct ComparisonTable {
    let comparison: JobComparison

    /// A row a change: name, what, old, new, change as a part, and whether it is worse.
    func table(forPeople: Bool) -> Table {
        var table = Table([
            .init("name"), .init("what"), .init("old", isNumber: true), .init("new", isNumber: true),
            .init("change", isNumber: true), .init("worse"),
        ])
        for change in comparison.changes {
            let part: JSONValue =
                if let part = change.relativeChange {
                    forPeople ? .string(Self.percent(part)) : .number("\(part)")
                } else {
                    .null
                }
            table.rows.append([
                .string(change.name), .string(change.what.word), Self.cell(change.old, change.what),
                Self.cell(change.new, change.what), part,
                forPeople ? .words(change.isWorse ? "worse" : "") : .bool(change.isWorse),
            ])
        }
        return table
    }

    /// Times to the millisecond; all else as it is.
    static func cell(_ value: JSONValue?, _ what: TaskChange.What) -> JSONValue {
        guard what == .time, let seconds = ResultFields.number(value) else { return value ?? .null }
        return .seconds(seconds)
    }

    /// `+5.2 %`; `×120` for what is more than ten times as much.
    static func percent(_ part: Double) -> String {
        if part >= 9 { return "×\(Moment.seconds(min(part + 1, 1e12), decimals: 0))" }
        let decimals = abs(part) < 0.0001 ? 6 : abs(part) < 0.01 ? 3 : 1
        return "\(part > 0 ? "+" : "")\(Moment.seconds(max(part, -1e9) * 100, decimals: decimals)) %"
    }

    /// `24 points in both: 20 the same, 4 changed, 1 of them worse; 2 new, 1 gone`.
    var words: String {
        let both = comparison.sharedCount
        let same = both - comparison.changedCount
        var text = "\(counted(both, "point")) in both: \(same) the same, \(comparison.changedCount) changed"
        if comparison.worseCount > 0 { text += ", \(comparison.worseCount) of them worse" }
        text += "; \(comparison.newCount) new, \(comparison.goneCount) gone"
        return text
    }
}
