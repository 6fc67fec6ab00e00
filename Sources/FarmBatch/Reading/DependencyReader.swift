import FarmTemplate

/// One `after` before its names are looked up.
struct DependencyDraft {
    var sources: [SourceDraft]
    var quorum: Dependency.Quorum
    var when: Dependency.When
    var position: Position
    /// Point by point: those with the same values.
    var isMatch = false
}

/// Reads `after:`.
struct DependencyReader {
    let log: ProblemLog

    private var names: SourceReader { SourceReader(log: log, key: "after") }

    /// `mesh` · `[mesh, 12.3]` · `{all|any: …, when: ended}` · `{at-least: 2, of: […]}` · `{match: mesh}` ·
    /// `{job: heat}` · `{label: {project: heat}}` · a list with such mappings.
    func read(_ item: Item) -> [DependencyDraft] {
        switch item.content {
        case .scalar: return simple(names.read(item), item)
        case .mapping: return mapping(item).map { [$0] } ?? []
        case .list(let items):
            if items.isEmpty {
                log.add(.badValue, at: item.position, "`after` is empty: name a task, or leave it out")
            }
            var sources: [SourceDraft] = []
            var others: [DependencyDraft] = []
            for item in items {
                if case .mapping = item.content {
                    others += mapping(item).map { [$0] } ?? []
                } else {
                    sources += names.read(item)
                }
            }
            return simple(sources, item) + others
        }
    }

    private func simple(_ sources: [SourceDraft], _ item: Item) -> [DependencyDraft] {
        if sources.isEmpty { return [] }
        return [DependencyDraft(sources: sources, quorum: .all, when: .succeeded, position: item.position)]
    }

    private func mapping(_ item: Item) -> DependencyDraft? {
        guard let fields = Fields(item, of: "`after`", BatchKeys.after, log) else { return nil }
        let given = ["all", "any", "at-least", "match", "job", "label"].filter { fields[$0] != nil }
        guard given.count == 1 else {
            log.add(
                .missing, at: item.position,
                "`after` needs one of `all`, `any`, `at-least` with `of`, `match`, `job` and `label`")
            return nil
        }
        if given[0] != "at-least", fields["of"] != nil {
            log.add(.badValue, at: fields.key("of"), "`of` goes with `at-least`")
        }
        var quorum = Dependency.Quorum.all
        var sources: [SourceDraft] = []
        switch given[0] {
        case "job", "label": sources = names.others(fields, item)
        case "match":
            guard let place = fields["match"], let name = log.fixed(place, "match", "the name of a task")
            else { return nil }
            sources = [SourceDraft(name: .task(name), position: place.position)]
        case "at-least":
            guard let number = fields["at-least"],
                let least = log.integer(number, "at-least", 1...UInt32.max)
            else { return nil }
            quorum = .atLeast(least)
            guard let of = fields["of"] else {
                log.add(.missing, at: item.position, "`at-least` needs `of`, a list of names")
                return nil
            }
            sources = names.read(of)
        default:
            if given[0] == "any" { quorum = .any }
            sources = fields[given[0]].map(names.read) ?? []
        }
        guard let when = when(fields["when"]), !sources.isEmpty else { return nil }
        return DependencyDraft(
            sources: sources, quorum: quorum, when: when,
            position: given[0] == "match" ? sources[0].position : item.position, isMatch: given[0] == "match")
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
}
