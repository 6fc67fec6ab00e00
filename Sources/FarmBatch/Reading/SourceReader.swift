import FarmTemplate

/// What `after` or `follow` names, before it is looked up.
struct SourceDraft {
    enum Name {
        /// A task of the file, or the number of a task or job.
        case task(String)
        /// Another job, or tasks of one.
        case job(JobReference.Wanted)
    }

    var name: Name
    var position: Position
}

/// Reads the names in `after` and `follow`.
struct SourceReader {
    let log: ProblemLog
    /// `after` or `follow`, for messages.
    let key: String

    /// `mesh` · `{job: heat}` · `{label: {project: heat}}` · a list of them.
    func read(_ item: Item) -> [SourceDraft] {
        guard case .list(let items) = item.content else { return one(item) }
        if items.isEmpty {
            log.add(.badValue, at: item.position, "`\(key)` is empty: name a task, or leave it out")
        }
        return items.flatMap(one)
    }

    private func one(_ item: Item) -> [SourceDraft] {
        guard case .mapping = item.content else {
            guard let name = log.fixed(item, key, "the name of a task") else { return [] }
            return [SourceDraft(name: .task(name), position: item.position)]
        }
        guard let fields = Fields(item, of: "a name in `\(key)`", BatchKeys.source, log) else { return [] }
        return others(fields, item)
    }

    /// The other jobs that a mapping with `job` or `label` names.
    func others(_ fields: Fields, _ item: Item) -> [SourceDraft] {
        switch (fields["job"], fields["label"]) {
        case (let jobs?, nil): return jobNames(jobs)
        case (nil, let labels?): return labelled(labels)
        default:
            log.add(
                .missing, at: item.position,
                "another job is named either by `job` or by `label`; for both write a list with two such mappings"
            )
            return []
        }
    }

    private func jobNames(_ item: Item) -> [SourceDraft] {
        let items: [Item]
        if case .list(let list) = item.content { items = list } else { items = [item] }
        if items.isEmpty { log.add(.badValue, at: item.position, "`\(key).job` is empty: name a job") }
        return items.compactMap { item in
            guard let name = log.fixed(item, key + ".job", "a job's name or number") else { return nil }
            guard !name.isEmpty, name.utf8.count <= Names.longest else {
                log.add(
                    .badValue, at: item.position,
                    "`\(key).job` must be a job's name or number as heat, heat~1 or 12, found \(item.found)")
                return nil
            }
            return SourceDraft(name: .job(.selector(name)), position: item.position)
        }
    }

    private func labelled(_ item: Item) -> [SourceDraft] {
        guard case .mapping(let entries) = item.content, !entries.isEmpty else {
            log.add(
                .wrongType, at: item.position,
                "`\(key).label` must be a mapping as {project: heat}, found \(item.found)")
            return []
        }
        let labels = entries.compactMap { entry in
            log.fixed(entry.value, "\(key).label.\(entry.key)", "a text").map {
                Label(key: entry.key, value: $0)
            }
        }
        guard labels.count == entries.count else { return [] }
        return [SourceDraft(name: .job(.labels(labels)), position: item.position)]
    }
}
