import FarmTemplate

/// Reads points that are written out: `list`, `include` and `exclude`.
struct PointsReader {
    let log: ProblemLog

    /// `[{n: 64, alpha: 0.1}, {n: 128, alpha: 0.2}]`
    ///
    /// - Parameter wanted: the parameters of the points that these join; else those of the first point count.
    func list(_ item: Item, _ key: String, as wanted: [String]? = nil) -> SweepAxis? {
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
                for entry in entries {
                    guard let fault = Sweep.fault(inName: entry.key) else { continue }
                    log.add(.badValue, at: entry.position, fault)
                    return nil
                }
            }
            for name in names {
                guard let entry = entries.first(where: { $0.key == name }) else {
                    let others = wanted == nil ? "as the first one has" : "as the others of the sweep have"
                    log.add(.missing, at: row.position, "this point has no `\(name)`, \(others)")
                    return nil
                }
                guard let value = value(entry.value) else { return nil }
                flat.append(value)
            }
            if let extra = entries.first(where: { !names.contains($0.key) }) {
                unknown(extra, names, model)
                return nil
            }
        }
        if rows.isEmpty {
            log.add(.badValue, at: item.position, "the sweep is empty: `\(key)` has no points")
            return nil
        }
        return .list(names: names, values: flat)
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
        var points: [[SweepExclusion]] = []
        for row in rows {
            guard let entries = point(row, "exclude") else { return nil }
            var values: [SweepExclusion] = []
            for entry in entries {
                guard names.contains(entry.key) else {
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
        log.add(.unknownKey, at: entry.position, "\(owner) has no `\(entry.key)`\(hint)")
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
