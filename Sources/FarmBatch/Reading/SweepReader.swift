import FarmTemplate

/// Reads `sweep:`. Kinds that stand side by side are multiplied, in the order grid, list, range.
struct SweepReader {
    /// Kinds of a later version.
    static let later: Set = [
        "zip", "csv", "linspace", "logspace", "random", "repeat", "include", "exclude", "when", "seed",
        "match",
    ]

    let log: ProblemLog

    /// - Returns: nil, and a problem in the log, if it cannot be used.
    func read(_ item: Item) -> Sweep? {
        guard let fields = Fields(item, of: "`sweep`", BatchKeys.sweep, later: Self.later, log)
        else {
            return nil
        }
        var axes: [SweepAxis] = []
        var isWhole = true
        func take(_ axis: SweepAxis?) {
            if let axis { axes.append(axis) } else { isWhole = false }
        }
        if let item = fields["grid"] { take(grid(item)) }
        if let item = fields["list"] { take(list(item)) }
        if let item = fields["range"] { take(ranges(item)) }
        if axes.isEmpty, isWhole, !log.isFull {
            log.add(.missing, at: item.position, "the sweep is empty: give it `grid`, `list` or `range`")
        }
        guard isWhole, !axes.isEmpty else { return nil }
        do throws(TemplateError) {
            return try Sweep(axes.count == 1 ? axes[0] : .grid(axes))
        } catch {
            let code: BatchProblem.Code = error.code == .tooMany ? .limit : .badValue
            log.add(code, at: item.position, error.message)
            return nil
        }
    }

    private func named(_ item: Item, _ key: String, _ axis: (Item.Entry) -> SweepAxis?) -> SweepAxis? {
        guard case .mapping(let entries) = item.content else {
            log.add(
                .wrongType, at: item.position,
                "`\(key)` must be a mapping of parameters to their values, found \(item.found)")
            return nil
        }
        if entries.isEmpty {
            log.add(.badValue, at: item.position, "the sweep is empty: `\(key)` names no parameter")
            return nil
        }
        var axes: [SweepAxis] = []
        for entry in entries {
            if let fault = Sweep.fault(inName: entry.key) {
                log.add(.badValue, at: entry.position, fault)
            } else if let axis = axis(entry) {
                axes.append(axis)
            }
        }
        return axes.count == entries.count ? .grid(axes) : nil
    }

    private func grid(_ item: Item) -> SweepAxis? {
        named(item, "grid") { entry in
            switch entry.value.content {
            case .list(let items):
                if items.isEmpty {
                    log.add(
                        .badValue, at: entry.value.position,
                        "the sweep is empty: `\(entry.key)` has no values")
                    return nil
                }
                return values(items).map { .values(name: entry.key, $0) }
            case .mapping(let inner):
                let isBare = inner.contains { ["from", "to", "step"].contains($0.key) }
                if isBare { return range(entry.key, entry.value) }
                let kinds = Fields(
                    entry.value, of: "the values of `\(entry.key)`", ["range"], later: Self.later, log)
                return kinds?["range"].flatMap { range(entry.key, $0) }
            case .scalar:
                log.add(
                    .wrongType, at: entry.value.position,
                    "the values of `\(entry.key)` must be a list or {range: …}, found \(entry.value.found)")
                return nil
            }
        }
    }

    private func ranges(_ item: Item) -> SweepAxis? {
        if case .mapping(let entries) = item.content, let first = entries.first,
            ["from", "to", "step"].contains(first.key)
        {
            log.add(
                .missing, at: item.position,
                "the range has no parameter: write `range: {n: {from: …, to: …}}`")
            return nil
        }
        return named(item, "range") { range($0.key, $0.value) }
    }

    /// `{from: 1, to: 9, step: 2}` or `[1, 9, 2]`.
    private func range(_ name: String, _ item: Item) -> SweepAxis? {
        var parts: [Item?]
        if case .list(let items) = item.content {
            guard items.count == 2 || items.count == 3 else {
                log.add(
                    .badValue, at: item.position,
                    "a range is [from, to] or [from, to, step], found \(item.found)")
                return nil
            }
            parts = items + (items.count == 2 ? [nil] : [])
        } else {
            guard let fields = Fields(item, of: "a range", BatchKeys.range, log) else { return nil }
            parts = [fields["from"], fields["to"], fields["step"]]
        }
        guard let from = parts[0], let to = parts[1] else {
            log.add(.missing, at: item.position, "a range needs `from` and `to`")
            return nil
        }
        var numbers: [String] = []
        for part in [from, to, parts[2]].compactMap({ $0 }) {
            guard case .number(let text)? = part.scalar?.value else {
                log.add(.wrongType, at: part.position, "expected a number in a range, found \(part.found)")
                return nil
            }
            numbers.append(text)
        }
        do throws(TemplateError) {
            let step = numbers.count > 2 ? numbers[2] : "1"
            return .range(name: name, try NumberRange(from: numbers[0], to: numbers[1], step: step))
        } catch {
            log.add(error.code == .tooMany ? .limit : .badValue, at: item.position, error.message)
            return nil
        }
    }

    /// `[{n: 64, alpha: 0.1}, {n: 128, alpha: 0.2}]`
    private func list(_ item: Item) -> SweepAxis? {
        guard case .list(let rows) = item.content else {
            log.add(.wrongType, at: item.position, "`list` must be a list of points, found \(item.found)")
            return nil
        }
        var names: [String] = []
        var flat: [ParameterValue] = []
        for (index, row) in rows.enumerated() {
            guard case .mapping(let entries) = row.content, !entries.isEmpty else {
                log.add(
                    .wrongType, at: row.position,
                    "each point of `list` must be a mapping of parameters to values, found \(row.found)")
                return nil
            }
            if index == 0 {
                names = entries.map(\.key)
                for entry in entries {
                    guard let fault = Sweep.fault(inName: entry.key) else { continue }
                    log.add(.badValue, at: entry.position, fault)
                    return nil
                }
            }
            for name in names {
                guard let entry = entries.first(where: { $0.key == name }) else {
                    log.add(.missing, at: row.position, "this point has no `\(name)`, as the first one has")
                    return nil
                }
                guard let value = value(entry.value) else { return nil }
                flat.append(value)
            }
            if let extra = entries.first(where: { !names.contains($0.key) }) {
                let hint = Spelling.hint(extra.key, in: names)
                log.add(.unknownKey, at: extra.position, "the first point has no `\(extra.key)`\(hint)")
                return nil
            }
        }
        if rows.isEmpty {
            log.add(.badValue, at: item.position, "the sweep is empty: `list` has no points")
            return nil
        }
        return .list(names: names, values: flat)
    }

    private func values(_ items: [Item]) -> [ParameterValue]? {
        var values: [ParameterValue] = []
        values.reserveCapacity(items.count)
        for item in items {
            guard let value = value(item) else { return nil }
            values.append(value)
        }
        return values
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
