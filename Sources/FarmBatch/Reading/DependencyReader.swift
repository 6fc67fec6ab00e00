import FarmTemplate

/// Reads `after:`, and looks its names up once all tasks are known.
struct DependencyReader {
    let log: ProblemLog

    /// `mesh` · `[mesh, 12.3]` · `{all|any: …, when: ended}` · `{at-least: 2, of: […]}` · a list with such
    /// mappings.
    func read(_ item: Item) -> [DependencyDraft] {
        switch item.content {
        case .scalar: return source(item).map { [simple([$0], item)] } ?? []
        case .mapping: return mapping(item).map { [$0] } ?? []
        case .list(let items):
            if items.isEmpty {
                log.add(.badValue, at: item.position, "`after` is empty: name a task, or leave it out")
            }
            let names = items.filter { if case .mapping = $0.content { false } else { true } }.compactMap(
                source)
            let others = items.compactMap { item in
                if case .mapping = item.content { mapping(item) } else { nil }
            }
            return (names.isEmpty ? [] : [simple(names, item)]) + others
        }
    }

    private func simple(_ sources: [(text: String, position: Position)], _ item: Item) -> DependencyDraft {
        DependencyDraft(sources: sources, quorum: .all, when: .succeeded, position: item.position)
    }

    private func source(_ item: Item) -> (text: String, position: Position)? {
        log.fixed(item, "after", "the name of a task").map { ($0, item.position) }
    }

    private func mapping(_ item: Item) -> DependencyDraft? {
        let keys = ["all", "any", "at-least", "of", "when"]
        guard let fields = Fields(item, of: "`after`", keys, later: ["match", "follow"], log) else {
            return nil
        }
        let given = ["all", "any", "at-least"].filter { fields[$0] != nil }
        guard given.count == 1 else {
            log.add(.missing, at: item.position, "`after` needs one of `all`, `any` and `at-least` with `of`")
            return nil
        }
        var quorum = given[0] == "any" ? Dependency.Quorum.any : .all
        var named = fields[given[0]]
        if given[0] == "at-least" {
            named = fields["of"]
            guard let number = fields["at-least"],
                let least = log.integer(number, "at-least", 1...Int(UInt32.max))
            else { return nil }
            quorum = .atLeast(UInt32(least))
            if named == nil { log.add(.missing, at: item.position, "`at-least` needs `of`, a list of names") }
        } else if fields["of"] != nil {
            log.add(.badValue, at: fields.key("of"), "`of` goes with `at-least`")
        }
        guard let named else { return nil }
        var sources: [(text: String, position: Position)] = []
        if case .list(let items) = named.content {
            sources = items.compactMap(source)
            if items.isEmpty { log.add(.badValue, at: named.position, "`after` is empty: name a task") }
        } else if let one = source(named) {
            sources = [one]
        }
        guard let when = when(fields["when"]), !sources.isEmpty else { return nil }
        return DependencyDraft(sources: sources, quorum: quorum, when: when, position: item.position)
    }

    private func when(_ item: Item?) -> Dependency.When? {
        guard let item else { return .succeeded }
        guard let text = log.fixed(item, "when", "succeeded, failed or ended") else { return nil }
        switch text {
        case "succeeded": return .succeeded
        case "failed": return .failed
        case "ended": return .ended
        default:
            let hint = Spelling.hint(text, in: ["succeeded", "failed", "ended"])
            log.add(
                .badValue, at: item.position,
                "`when` must be succeeded, failed or ended, found \(item.found)\(hint)")
            return nil
        }
    }

    /// Turns names into sources.
    ///
    /// - Parameters:
    ///   - groups: the groups of a name and how many tasks they have, if there is a task of that name.
    ///   - known: all names, for the nearest; only asked when one is unknown.
    func resolve(
        _ drafts: [DependencyDraft], of name: String, known: () -> [String],
        groups: (String) -> (numbers: [UInt32], count: UInt64)?
    ) -> [Dependency] {
        drafts.compactMap { draft in
            var sources: [Dependency.Source] = []
            var total: UInt64 = 0
            var isCounted = true
            for (text, position) in draft.sources {
                if text == name {
                    log.add(.dependency, at: position, "the task `\(name)` cannot come after itself")
                    return nil
                }
                if let found = groups(text) {
                    total += found.count
                    for number in found.numbers where !sources.contains(.group(number)) {
                        sources.append(.group(number))
                    }
                } else if let source = Self.number(text) {
                    isCounted = false
                    if !sources.contains(source) { sources.append(source) }
                } else {
                    log.add(
                        .dependency, at: position,
                        "no task is called “\(text)”\(Spelling.hint(text, in: known().prefix(10_000))); `after` takes the name of a "
                            + "task, a task's number (12.3) or a job's (12)")
                    return nil
                }
            }
            if case .atLeast(let least) = draft.quorum, isCounted, UInt64(least) > total {
                log.add(
                    .dependency, at: draft.position,
                    "`at-least: \(least)` can never be met: tasks of these names: \(total)")
                return nil
            }
            return Dependency(sources, quorum: draft.quorum, when: draft.when)
        }
    }

    /// `12.3`, a task; `12`, a job.
    private static func number(_ text: String) -> Dependency.Source? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }),
            let job = UInt32(parts[0]), job > 0
        else { return nil }
        if parts.count == 1 { return .job(JobID(job)) }
        return UInt32(parts[1]).map { .task(TaskID(JobID(job), $0)) }
    }
}
