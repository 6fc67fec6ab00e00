import FarmTemplate

/// Reads `sweep:`. Kinds that stand side by side are multiplied, in the order of `BatchKeys.part`; of that
/// `exclude` and `when` take away, `include` adds to what is left, and `repeat` multiplies all.
struct SweepReader {
    /// How often a task may be repeated.
    static let mostRepeats: UInt64 = 1_000_000

    let log: ProblemLog

    /// - Returns: nil, and a problem in the log, if it cannot be used.
    func read(_ item: Item) -> Sweep? {
        let before = log.faultCount
        guard let fields = Fields(item, of: "`sweep`", BatchKeys.sweep, log) else { return nil }
        let seed = fields["seed"].flatMap { log.integer($0, "seed", 0...Int64.max) } ?? 0
        let points = PointsReader(log: log)
        let names = ParameterNames()
        var axis = PartReader(log: log, seed: UInt64(seed), names: names).parts(fields)
        if log.faultCount > before { return nil }
        if fields["seed"] != nil, item.first(["random"]) == nil {
            log.warn(
                .ignored, at: fields.key("seed"), "`seed` has no effect: nothing of the sweep is `random`")
        }
        if let base = axis {
            axis = filter(base, fields, points)
        } else if let item = fields["exclude"] ?? fields["when"] {
            log.add(.missing, at: item.position, "the sweep has no points that could be left out")
        }
        if let item = fields["include"] {
            let list = points.list(item, "include", names, as: axis?.names)
            axis = list.map { list in axis.map { .chain([$0, list]) } ?? list }
        }
        if let item = fields["repeat"] {
            if let axis, let repeats = repeats(item, names) {
                return log.faultCount == before ? sweep(.grid([axis, repeats]), item) : nil
            }
            if log.faultCount == before {
                log.add(.missing, at: item.position, "the sweep has no points that could be repeated")
            }
            return nil
        }
        if axis == nil, log.faultCount == before {
            let kinds = (BatchKeys.part + ["include"]).joined(separator: ", ")
            log.add(.missing, at: item.position, "the sweep is empty: give it one of \(kinds)")
        }
        guard let axis, log.faultCount == before else { return nil }
        return sweep(axis, item)
    }

    private func sweep(_ axis: SweepAxis, _ item: Item) -> Sweep? {
        do throws(TemplateError) {
            let sweep = try Sweep(axis)
            guard let bytes = sweep.oversizeBytes else { return sweep }
            let limit = TaskTemplate.bodyLimitBytes >> 20
            log.add(
                .limit, at: (item.first(["csv", "list"]) ?? item).position,
                "the points take \(bytes / 1_000_000) MB in the job; at most \(limit) MiB are possible: split"
                    + " the file, or make two tasks of it")
            return nil
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
        do throws(TemplateError) {
            _ = try Sweep(base)
        } catch {
            log.add(error, at: place)
            return nil
        }
        do throws(TemplateError) {
            let filter = try SweepFilter(base, when: condition, excluding: excluded)
            warn(filter, fields["exclude"])
            let axis = SweepAxis.filter(filter)
            if try axis.count() > 0 || fields["include"] != nil { return axis }
            log.add(
                .badValue, at: place.position,
                "the sweep is empty: `exclude` and `when` leave none of its points")
        } catch {
            let isName = error.code == .unknownName
            log.add(
                error, at: isName ? place : fields["exclude"] ?? place, offset: isName ? error.offset : nil)
        }
        return nil
    }

    /// Says which points of `exclude` leave out nothing: mostly a value is misspelt.
    private func warn(_ filter: SweepFilter, _ item: Item?) {
        guard let item, case .list(let rows) = item.content else { return }
        for index in filter.unmatched.prefix(BatchError.limit) {
            log.warn(
                .doubtful, at: rows[index].position,
                "no point of the sweep has these values: nothing is left out")
        }
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
    private func repeats(_ item: Item, _ names: ParameterNames) -> SweepAxis? {
        var place = item.position
        var count: Item? = item
        var name = "repeat"
        if case .mapping = item.content {
            guard let fields = Fields(item, of: "`repeat`", BatchKeys.repeats, log) else { return nil }
            count = fields["count"]
            if let item = fields["name"] {
                guard let text = log.fixed(item, "name", "the name of a parameter") else { return nil }
                (name, place) = (text, item.position)
            }
        }
        guard let count else {
            log.add(.missing, at: item.position, "`repeat` needs `count`")
            return nil
        }
        guard let times = log.integer(count, "repeat", 1...Self.mostRepeats), names.take(name, at: place, log)
        else { return nil }
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
        if let place = file(of: item.position).source?.place(of: offset, in: text, at: item.position) {
            add(code, at: place, error.message)
        } else {
            let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
            add(code, at: item.position, "\(error.message) (at character \(before + 1) of the text)")
        }
    }
}
