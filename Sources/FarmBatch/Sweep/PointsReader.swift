import FarmTemplate

/// Reads points that are written out: `list`, `include` and `exclude`.
struct PointsReader {
    let log: ProblemLog

    /// `[{n: 64, alpha: 0.1}, {n: 128, alpha: 0.2}]`
    ///
    /// - Parameters:
    ///   - all: the parameters of the sweep; those of the first point join them.
    ///   - wanted: the parameters of the points that these join, if there are any.
    func list(_ item: Item, _ key: String, _ all: ParameterNames, as wanted: [String]? = nil) -> SweepAxis? {
        guard case .list(let rows) = item.content else {
            log.add(.wrongType, at: item.position, "`\(key)` must be a list of points, found \(item.found)")
            return nil
        }
        var names = wanted ?? []
        let model = wanted == nil ? "the first point" : "the sweep"
        var flat: [ParameterValue] = []
        for (index, row) in rows.enumerated() {
            guard let entries = point(row, key) else { return nil }
            if index == 0, wanted == nil {
                names = entries.map(\.key)
                for entry in entries where !all.take(entry.key, at: entry.position, log) { return nil }
            }
            guard let row = ordered(entries, names) else {
                refuse(row, entries, names, model, isFirst: wanted == nil)
                return nil
            }
            for item in row {
                guard let value = value(item) else { return nil }
                flat.append(value)
            }
        }
        if rows.isEmpty {
            log.add(.badValue, at: item.position, "the sweep is empty: `\(key)` has no points")
            return nil
        }
        return .list(names: names, values: flat)
    }

    /// The values of a point in the order of the names; nil if it has not just these.
    private func ordered(_ entries: [Item.Entry], _ names: [String]) -> [Item]? {
        guard entries.count == names.count else { return nil }
        // Nearly always all points are written in one order.
        if zip(entries, names).allSatisfy({ $0.key == $1 }) { return entries.map(\.value) }
        let values = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
        let row = names.compactMap { values[$0] }
        return row.count == names.count ? row : nil
    }

    private func refuse(
        _ row: Item, _ entries: [Item.Entry], _ names: [String], _ model: String, isFirst: Bool
    ) {
        let given = Set(entries.map(\.key))
        if let missing = names.first(where: { !given.contains($0) }) {
            let others = isFirst ? "as the first one has" : "as the others of the sweep have"
            log.add(.missing, at: row.position, "this point has no `\(missing)`, \(others)")
            return
        }
        let known = Set(names)
        if let extra = entries.first(where: { !known.contains($0.key) }) { unknown(extra, names, model) }
    }

    /// `[{n: 128, alpha: 0.2}, {n: 64}]`: each names some of the parameters.
    func exclusions(_ item: Item, of names: [String]) -> [[SweepExclusion]]? {
        guard case .list(let rows) = item.content else {
            log.add(.wrongType, at: item.position, "`exclude` must be a list of points, found \(item.found)")
            return nil
        }
        if rows.isEmpty {
            log.add(.badValue, at: item.position, "`exclude` has no points: leave it out")
            return nil
        }
        let known = Set(names)
        var points: [[SweepExclusion]] = []
        for row in rows {
            guard let entries = point(row, "exclude") else { return nil }
            var values: [SweepExclusion] = []
            for entry in entries {
                guard known.contains(entry.key) else {
                    unknown(entry, names, "the sweep")
                    return nil
                }
                guard let value = value(entry.value) else { return nil }
                values.append(SweepExclusion(entry.key, value))
            }
            points.append(values)
        }
        return points
    }

    func values(_ items: [Item]) -> [ParameterValue]? {
        var values: [ParameterValue] = []
        values.reserveCapacity(items.count)
        for item in items {
            guard let value = value(item) else { return nil }
            values.append(value)
        }
        return values
    }

    private func point(_ row: Item, _ key: String) -> [Item.Entry]? {
        if case .mapping(let entries) = row.content, !entries.isEmpty { return entries }
        log.add(
            .wrongType, at: row.position,
            "each point of `\(key)` must be a mapping of parameters to values, found \(row.found)")
        return nil
    }

    private func unknown(_ entry: Item.Entry, _ names: [String], _ owner: String) {
        let hint = Spelling.hint(entry.key, in: names)
        log.add(.unknownKey, at: entry.position, "\(owner) has no `\(Shown.text(entry.key))`\(hint)")
    }

    private func value(_ item: Item) -> ParameterValue? {
        if let nul = item.nul {
            log.add(.badValue, at: nul, "a NUL character cannot stand in a parameter's value")
            return nil
        }
        if case .scalar(let text, _) = item.content, text.contains("${{") {
            log.add(.expression, at: item.position, "`${{ }}` cannot stand in the values of a sweep")
            return nil
        }
        return item.scalar ?? ParameterValue(item.json)
    }
}
