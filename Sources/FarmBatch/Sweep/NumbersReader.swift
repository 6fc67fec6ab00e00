import FarmTemplate

/// Reads what spans the values of one parameter by numbers: `range`, `linspace`, `logspace` and `random`.
struct NumbersReader {
    let log: ProblemLog
    let seed: UInt64

    /// - Returns: nil, and a problem in the log, if it cannot be used.
    func axis(_ kind: String, _ name: String, _ item: Item) -> SweepAxis? {
        do throws(TemplateError) {
            switch kind {
            case "range": return try range(name, item)
            case "linspace": return try space(.linear, name, item)
            case "logspace": return try space(.logarithmic, name, item)
            default: return try random(name, item)
            }
        } catch {
            log.add(error, at: item)
            return nil
        }
    }

    /// Whether a kind at the top of a sweep says for which parameters it is; a problem in the log if not.
    func hasParameters(_ item: Item, _ kind: String) -> Bool {
        let keys = kind == "range" ? BatchKeys.range : kind == "random" ? BatchKeys.random : BatchKeys.space
        guard case .mapping(let entries) = item.content, let first = entries.first, keys.contains(first.key),
            case .scalar = first.value.content
        else { return true }
        let wanted =
            kind == "range"
            ? "from: …, to: …"
            : (kind == "random" ? "distribution: uniform, " : "")
                + "from: …, to: …, count: …"
        log.add(
            .missing, at: item.position, "`\(kind)` has no parameter: write `\(kind): {n: {\(wanted)}}`")
        return false
    }

    /// `{from: 1, to: 9, step: 2}` or `[1, 9, 2]`.
    private func range(_ name: String, _ item: Item) throws(TemplateError) -> SweepAxis? {
        guard let parts = parts(item, "range", BatchKeys.range, needed: 2) else { return nil }
        var numbers: [String] = []
        for part in parts.compactMap({ $0 }) {
            guard let number = number(part, "a range") else { return nil }
            numbers.append(number)
        }
        let step = numbers.count > 2 ? numbers[2] : "1"
        return .range(name: name, try NumberRange(from: numbers[0], to: numbers[1], step: step))
    }

    /// `{from: 0, to: 1, count: 11}` or `[0, 1, 11]`.
    private func space(
        _ spacing: NumberSpace.Spacing, _ name: String, _ item: Item
    ) throws(TemplateError) -> SweepAxis? {
        let kind = spacing.rawValue
        guard let parts = parts(item, kind, BatchKeys.space, needed: 3), let from = parts[0],
            let to = parts[1],
            let last = parts[2], let first = number(from, "`\(kind)`"), let end = number(to, "`\(kind)`"),
            let count = count(last)
        else { return nil }
        return .space(name: name, try NumberSpace(spacing, from: first, to: end, count: count))
    }

    /// `{distribution: uniform, from: 0, to: 1, count: 100}`
    private func random(_ name: String, _ item: Item) throws(TemplateError) -> SweepAxis? {
        let before = log.faultCount
        guard
            let fields = Fields(
                item, of: "`random`", BatchKeys.random, others: BatchKeys.otherNumbers, log),
            log.faultCount == before
        else { return nil }
        guard let place = fields["distribution"] else {
            log.add(
                .missing, at: item.position,
                "`random` needs `distribution`: one of \(Self.keys.map(\.name).joined(separator: ", "))")
            return nil
        }
        guard let kind = log.fixed(place, "distribution", "the name of a distribution") else { return nil }
        guard let keys = Self.keys.first(where: { $0.name == kind }) else {
            let names = Self.keys.map(\.name)
            let hint = Spelling.hint(kind, in: names)
            log.add(
                .badValue, at: place.position,
                "“\(kind)” is no distribution"
                    + (hint.isEmpty ? "; expected one of \(names.joined(separator: ", "))" : hint))
            return nil
        }
        for key in ["from", "to", "mean", "stddev", "values"] where fields[key] != nil {
            guard !(keys.needed + keys.optional).contains(key) else { continue }
            log.add(.badValue, at: fields.key(key), "`\(key)` does not go with `\(kind)`")
            return nil
        }
        for key in keys.needed + ["count"] where fields[key] == nil {
            log.add(.missing, at: item.position, "`\(kind)` needs `\(key)`")
            return nil
        }
        guard let count = fields["count"].flatMap({ self.count($0) }) else { return nil }
        var numbers: [String: String] = ["mean": "0", "stddev": "1"]
        for key in ["from", "to", "mean", "stddev"] {
            guard let item = fields[key] else { continue }
            guard let number = number(item, "`\(key)`") else { return nil }
            numbers[key] = number
        }
        let (from, to) = (numbers["from", default: ""], numbers["to", default: ""])
        let distribution: RandomValues.Distribution
        switch kind {
        case "uniform": distribution = .uniform(from: from, to: to)
        case "loguniform": distribution = .logUniform(from: from, to: to)
        case "normal":
            distribution = .normal(
                mean: numbers["mean", default: ""], deviation: numbers["stddev", default: ""])
        case "integer": distribution = .integer(from: from, to: to)
        default:
            guard let item = fields["values"], case .list(let items) = item.content else {
                log.add(
                    .wrongType, at: fields["values"]?.position ?? item.position, "`values` must be a list")
                return nil
            }
            guard let values = PointsReader(log: log).values(items) else { return nil }
            distribution = .choice(values)
        }
        return .random(name: name, try RandomValues(distribution, count: count, seed: seed, name: name))
    }

    /// The distributions, and what each takes beside `count`.
    private static let keys: [(name: String, needed: [String], optional: [String])] = [
        ("uniform", ["from", "to"], []), ("loguniform", ["from", "to"], []),
        ("normal", [], ["mean", "stddev"]), ("integer", ["from", "to"], []), ("choice", ["values"], []),
    ]

    /// The three parts of a mapping or of a list.
    private func parts(_ item: Item, _ kind: String, _ keys: [String], needed: Int) -> [Item?]? {
        let what = kind == "range" ? "a range" : "`\(kind)`"
        if case .list(let items) = item.content {
            guard (needed...3).contains(items.count) else {
                let short = needed == 2 ? "[\(keys[0]), \(keys[1])] or " : ""
                log.add(
                    .badValue, at: item.position,
                    "\(what) is \(short)[\(keys.joined(separator: ", "))], found \(item.found)")
                return nil
            }
            return items + (items.count == 2 ? [nil] : [])
        }
        let before = log.faultCount
        guard let fields = Fields(item, of: what, keys, others: BatchKeys.otherNumbers, log),
            log.faultCount == before
        else { return nil }
        let parts = keys.map { fields[$0] }
        if parts.prefix(needed).contains(where: { $0 == nil }) {
            let list = keys.prefix(needed).map { "`\($0)`" }
            let needs = needed == 2 ? list.joined(separator: " and ") : "`from`, `to` and `count`"
            log.add(.missing, at: item.position, "\(what) needs \(needs)")
            return nil
        }
        return parts
    }

    private func number(_ item: Item, _ what: String) -> String? {
        guard case .number(let text)? = item.scalar?.value else {
            log.add(.wrongType, at: item.position, "expected a number in \(what), found \(item.found)")
            return nil
        }
        return text
    }

    private func count(_ item: Item) -> UInt64? { log.integer(item, "count", 1...Sweep.limit) }
}
