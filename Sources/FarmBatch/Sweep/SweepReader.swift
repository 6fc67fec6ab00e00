import FarmTemplate

/// Reads `sweep:`. Kinds that stand side by side are multiplied, in the order of `BatchKeys.part`; of that
/// `exclude` and `when` take away, `include` adds to what is left, and `repeat` multiplies all.
struct SweepReader {
    /// Kinds of a later version.
    static let later: Set = ["match"]
    /// How often a task may be repeated.
    static let mostRepeats: UInt64 = 1_000_000

    let log: ProblemLog

    /// - Returns: nil, and a problem in the log, if it cannot be used.
    func read(_ item: Item) -> Sweep? {
        let before = log.problems.count
        guard let fields = Fields(item, of: "`sweep`", BatchKeys.sweep, later: Self.later, log) else {
            return nil
        }
        let seed = fields["seed"].flatMap { log.integer($0, "seed", 0...Int64.max) } ?? 0
        let points = PointsReader(log: log)
        var axis = PartReader(log: log, seed: UInt64(seed)).parts(fields)
        if log.problems.count > before { return nil }
        if let base = axis {
            axis = filter(base, fields, points)
        } else if let item = fields["exclude"] ?? fields["when"] {
            log.add(.missing, at: item.position, "the sweep has no points that could be left out")
        }
        if let item = fields["include"] {
            let list = points.list(item, "include", as: axis?.names)
            axis = list.map { list in axis.map { .chain([$0, list]) } ?? list }
        }
        if let item = fields["repeat"] {
            if let axis, let repeats = repeats(item) { return sweep(.grid([axis, repeats]), item) }
            if log.problems.count == before {
                log.add(.missing, at: item.position, "the sweep has no points that could be repeated")
            }
            return nil
        }
        if axis == nil, log.problems.count == before {
            log.add(.missing, at: item.position, "the sweep is empty: give it `grid`, `list` or `range`")
        }
        guard let axis, log.problems.count == before else { return nil }
        return sweep(axis, item)
    }

    private func sweep(_ axis: SweepAxis, _ item: Item) -> Sweep? {
        do throws(TemplateError) {
            return try Sweep(axis)
        } catch {
            log.add(error, at: item)
            return nil
        }
    }

    /// Takes `exclude` and `when` away.
    private func filter(_ base: SweepAxis, _ fields: Fields, _ points: PointsReader) -> SweepAxis? {
        var excluded: [[SweepExclusion]] = []
        if let item = fields["exclude"] {
            guard let points = points.exclusions(item, of: base.names) else { return nil }
            excluded = points
        }
        var condition: Condition?
        if let item = fields["when"] {
            guard let read = self.condition(item) else { return nil }
            condition = read
        }
        guard let place = fields["when"] ?? fields["exclude"] else { return base }
        // What is wrong with the points themselves is said of them, and nothing is counted then.
        guard sweep(base, place) != nil else { return nil }
        do throws(TemplateError) {
            let filter = try SweepFilter(base, when: condition, excluding: excluded)
            let axis = SweepAxis.filter(filter)
            if try axis.count() > 0 || fields["include"] != nil { return axis }
            log.add(
                .badValue, at: place.position,
                "the sweep is empty: `exclude` and `when` leave none of its points")
        } catch {
            log.add(error, at: place, offset: error.code == .unknownName ? error.offset : nil)
        }
        return nil
    }

    private func condition(_ item: Item) -> Condition? {
        if case .scalar(let text, _) = item.content, text.contains("${{") {
            log.add(.expression, at: item.position, "`when` names parameters as they are: n, not ${{ n }}")
            return nil
        }
        guard let text = item.text else {
            log.add(
                .wrongType, at: item.position,
                "`when` must be a condition such as n < 64, found \(item.found)")
            return nil
        }
        do throws(TemplateError) {
            return try Condition(parsing: text)
        } catch {
            log.add(error, at: item, offset: error.offset)
            return nil
        }
    }

    /// `3`, or `{count: 3, name: trial}`.
    private func repeats(_ item: Item) -> SweepAxis? {
        var count: Item? = item
        var name = "repeat"
        if case .mapping = item.content {
            guard let fields = Fields(item, of: "`repeat`", BatchKeys.repeats, log) else { return nil }
            count = fields["count"]
            if let item = fields["name"] {
                guard let text = log.fixed(item, "name", "the name of a parameter") else { return nil }
                if let fault = Sweep.fault(inName: text) {
                    log.add(.badValue, at: item.position, fault)
                    return nil
                }
                name = text
            }
        }
        guard let count else {
            log.add(.missing, at: item.position, "`repeat` needs `count`")
            return nil
        }
        guard let times = log.integer(count, "repeat", 1...Self.mostRepeats) else { return nil }
        do throws(TemplateError) {
            return .range(name: name, try NumberRange(from: "0", to: String(times - 1)))
        } catch {
            log.add(error, at: item)
            return nil
        }
    }
}

extension ProblemLog {
    /// What a template has to say against a piece of the file.
    ///
    /// - Parameter offset: in UTF-8 bytes of the item's text, for what is wrong inside it.
    func add(_ error: TemplateError, at item: Item, offset: Int? = nil) {
        let code: BatchProblem.Code =
            switch error.code {
            case .tooMany: .limit
            case .badExpression, .unknownName: .expression
            default: .badValue
            }
        guard let offset, let text = item.text else { return add(code, at: item.position, error.message) }
        if let place = source?.place(of: offset, in: text, at: item.position) {
            add(code, at: place, error.message)
        } else {
            let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
            add(code, at: item.position, "\(error.message) (at character \(before + 1) of the text)")
        }
    }
}
