import ArgumentParser
import TaskFarm

/// What counts as a change between two runs, and what as one for the worse.
struct RuleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "By how much numbers may differ, as a part of the larger one; FIELD=X for one field. May be repeated. Default: 1e-9.",
            valueName: "x"))
    var tolerance: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A field of results whose rise is for the worse; -FIELD: its fall. May be repeated.",
            valueName: "field"))
    var worse: [String] = []
    @Option(
        help: ArgumentHelp(
            "Compare times: a task that takes X times as long, and 0.1 s more, is worse.", valueName: "x"))
    var slower: Double?

    func validate() throws { _ = try rules() }

    func rules() throws -> ComparisonRules {
        var rules = ComparisonRules()
        for text in tolerance {
            let cut = text.lastIndex(of: "=")
            let number = cut.map { text[text.index(after: $0)...] } ?? text[...]
            guard let value = Double(number), value.isFinite, value >= 0, cut != text.startIndex else {
                throw ValidationError("--tolerance '\(text)': expected a number from 0 on, or FIELD=NUMBER")
            }
            if let cut {
                rules.fieldTolerances[String(text[..<cut])] = value
            } else {
                rules.tolerance = value
            }
        }
        for text in worse {
            let isFall = text.hasPrefix("-")
            let field = String(isFall ? text.dropFirst() : text[...])
            guard !field.isEmpty, !field.hasPrefix("-") else {
                throw ValidationError("--worse '\(text)': expected a field of results, or -FIELD")
            }
            rules.worse.append(.init(field, isFall: isFall))
        }
        if let slower {
            guard slower.isFinite, slower >= 1 else {
                throw ValidationError("--slower '\(slower)': expected a number from 1 on, as 1.5")
            }
            rules.slowerRatio = slower
        }
        return rules
    }

    /// Refuses fields that no result has: a slip would mean that nothing is ever worse.
    func check(against jobs: [GatheredResults]) throws {
        let rules = try rules()
        let named = rules.worse.map(\.field) + rules.fieldTolerances.keys.sorted()
        guard !named.isEmpty else { return }
        var wanted = Set(named)
        var known: Set<String> = []
        for job in jobs {
            for index in 0..<job.spool.count {
                guard let row = try job.row(index), row.facts.state == .succeeded else { continue }
                for (path, _) in ResultFields.leaves(of: row.value) where known.insert(path).inserted {
                    for name in ResultFields.ancestors(of: path) { wanted.remove(name) }
                }
                if wanted.isEmpty { return }
            }
        }
        // Of runs without any result nothing can be said.
        guard let first = named.first(where: wanted.contains), !known.isEmpty else { return }
        throw CommandFailure(
            .refused,
            "no result has a field “\(first)”\(Spelling.hint(first, in: known)); there are: \(known.sorted().prefix(20).joined(separator: ", "))"
        )
    }
}
