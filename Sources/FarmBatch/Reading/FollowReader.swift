import FarmTemplate

/// A `follow` before its names are looked up.
struct FollowDraft {
    var sources: [SourceDraft]
    var isAll: Bool
}

/// Reads `follow:`.
struct FollowReader {
    let log: ProblemLog

    /// `mesh` · `[mesh, 12.3]` · `{all|any: …}` · `{job: heat}` · `{label: {project: heat}}`.
    func read(_ item: Item) -> FollowDraft? {
        let names = SourceReader(log: log, key: "follow")
        guard case .mapping = item.content else { return draft(names.read(item), isAll: true) }
        guard let fields = Fields(item, of: "`follow`", BatchKeys.follow, log) else { return nil }
        let given = BatchKeys.follow.filter { fields[$0] != nil }
        guard given.count == 1 else {
            log.add(.missing, at: item.position, "`follow` needs one of `all`, `any`, `job` and `label`")
            return nil
        }
        if let named = fields["all"] ?? fields["any"] {
            return draft(names.read(named), isAll: given[0] == "all")
        }
        return draft(names.others(fields, item), isAll: true)
    }

    private func draft(_ sources: [SourceDraft], isAll: Bool) -> FollowDraft? {
        sources.isEmpty ? nil : FollowDraft(sources: sources, isAll: isAll)
    }
}
