import FarmTemplate

/// Reads the kinds that span points: `grid`, `zip`, `list`, `csv`, and numbers by parameter.
struct PartReader {
    /// How deep sweeps may lie in sweeps.
    static let maximumDepth = 6

    let log: ProblemLog
    let seed: UInt64
    let names: ParameterNames
    var depth = 0

    /// The product of the kinds that stand side by side; nil if there are none, or with a problem in the log.
    func parts(_ fields: Fields) -> SweepAxis? {
        var axes: [SweepAxis] = []
        let points = PointsReader(log: log)
        let numbers = NumbersReader(log: log, seed: seed)
        if let item = fields["grid"], let axis = combined(item, "grid", as: SweepAxis.grid) {
            axes.append(axis)
        }
        if let item = fields["zip"], let axis = combined(item, "zip", as: SweepAxis.zip) { axes.append(axis) }
        if let item = fields["list"], let axis = points.list(item, "list", names) { axes.append(axis) }
        if let item = fields["csv"], let axis = CSVReader.read(item, names, log) { axes.append(axis) }
        for kind in BatchKeys.axis {
            guard let item = fields[kind], numbers.hasParameters(item, kind) else { continue }
            if let parts = named(item, kind, { numbers.axis(kind, $0.key, $0.value) }) {
                axes.append(.grid(parts))
            }
        }
        return axes.isEmpty ? nil : axes.count == 1 ? axes[0] : .grid(axes)
    }

    /// `grid` and `zip`: parameters and their values, or a list of sweeps.
    private func combined(
        _ item: Item, _ key: String, as combine: ([SweepAxis]) -> SweepAxis
    ) -> SweepAxis? {
        let parts: [SweepAxis]?
        if case .list(let items) = item.content {
            parts = nested(items, item, key)
        } else {
            parts = named(item, key) { values($0.key, $0.value) }
        }
        guard let parts else { return nil }
        let axis = combine(parts)
        // Of a product the sweep as a whole is asked; lengths that differ are best said where they stand.
        guard key == "zip" else { return axis }
        do throws(TemplateError) {
            _ = try axis.count()
            return axis
        } catch {
            log.add(error, at: item)
            return nil
        }
    }

    private func nested(_ items: [Item], _ item: Item, _ key: String) -> [SweepAxis]? {
        if items.isEmpty {
            log.add(.badValue, at: item.position, "the sweep is empty: `\(key)` has no parts")
            return nil
        }
        if depth >= Self.maximumDepth {
            log.add(
                .limit, at: item.position, "sweeps lie more than \(Self.maximumDepth) deep in one another")
            return nil
        }
        var inner = self
        inner.depth += 1
        var axes: [SweepAxis] = []
        for item in items {
            let before = log.faultCount
            guard let fields = Fields(item, of: "a part of `\(key)`", BatchKeys.part, log) else { continue }
            if let axis = inner.parts(fields) {
                axes.append(axis)
            } else if log.faultCount == before {
                log.add(
                    .missing, at: item.position,
                    "this part of `\(key)` is empty: give it \(BatchKeys.part.joined(separator: ", "))")
            }
        }
        return axes.count == items.count ? axes : nil
    }

    private func named(_ item: Item, _ key: String, _ axis: (Item.Entry) -> SweepAxis?) -> [SweepAxis]? {
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
            if names.take(entry.key, at: entry.position, log), let axis = axis(entry) { axes.append(axis) }
        }
        return axes.count == entries.count ? axes : nil
    }

    /// The values of one parameter: a list, `{from: 1, to: 9}`, or one of `BatchKeys.axis`.
    private func values(_ name: String, _ item: Item) -> SweepAxis? {
        let numbers = NumbersReader(log: log, seed: seed)
        switch item.content {
        case .list(let items):
            if items.isEmpty {
                log.add(.badValue, at: item.position, "the sweep is empty: `\(name)` has no values")
                return nil
            }
            return PointsReader(log: log).values(items).map { .values(name: name, $0) }
        case .mapping(let inner):
            let keys = inner.map(\.key)
            if keys.contains(where: { BatchKeys.range.contains($0) || BatchKeys.otherNumbers[$0] != nil }) {
                if keys.contains("count") || keys.contains("num"), !keys.contains("step") {
                    log.add(
                        .unknownKey, at: item.position,
                        "a range has no `count`: write {linspace: {from: …, to: …, count: …}}")
                    return nil
                }
                return numbers.axis("range", name, item)
            }
            guard let kinds = Fields(item, of: "the values of `\(name)`", BatchKeys.axis, log) else {
                return nil
            }
            let given = BatchKeys.axis.filter { kinds[$0] != nil }
            guard given.count == 1, inner.count == 1, let value = kinds[given[0]] else {
                if given.count == inner.count {
                    log.add(
                        .missing, at: item.position,
                        "the values of `\(name)` must be one of \(BatchKeys.axis.joined(separator: ", "))")
                }
                return nil
            }
            return numbers.axis(given[0], name, value)
        case .scalar:
            log.add(
                .wrongType, at: item.position,
                "the values of `\(name)` must be a list or {range: …}, found \(item.found)")
            return nil
        }
    }
}
