import FarmTemplate

/// What a task waits for and follows, once all tasks of the file are known.
struct TaskLinks {
    var after: [Dependency] = []
    var follow: Follow?
    /// By rising name.
    var results: [NamedResult] = []
    /// What only the controller knows; in no group yet.
    var references: [JobReference] = []
}

/// Looks up the names of `after` and `follow`.
struct LinkResolver {
    let log: ProblemLog
    /// All names, for the nearest; only asked when one is unknown.
    let known: () -> [String]
    /// The groups of a name and how many tasks they have, if there is a task of that name.
    let groups: (String) -> (numbers: [UInt32], count: UInt64)?

    /// Those of the task called `name`. What cannot be met is in the log, and left out.
    func links(of draft: TaskDraft, called name: String) -> TaskLinks {
        var links = TaskLinks()
        for dependency in draft.after {
            // What has to be counted is looked up, also a job that is named by its number.
            let isCounted = if case .atLeast = dependency.quorum { true } else { false }
            guard let found = find(dependency.sources, "after", of: name, counted: isCounted) else {
                continue
            }
            if dependency.isMatch {
                // Its groups are found point by point.
                guard found.total == nil else { continue }
                log.add(
                    .dependency, at: dependency.position,
                    "`match` takes the name of a task of this file, whose sweep is known")
                continue
            }
            if case .atLeast(let least) = dependency.quorum, let total = found.total, UInt64(least) > total {
                log.add(
                    .dependency, at: dependency.position,
                    "`at-least: \(least)` can never be met: tasks of these names: \(total)")
                continue
            }
            for (wanted, place) in found.others {
                var reference = reference(wanted, place, .after(links.after.count))
                reference.fileTasks = found.fileTasks
                links.references.append(reference)
            }
            links.after.append(
                Dependency(found.sources, quorum: dependency.quorum, when: dependency.when))
        }
        if let follow = draft.follow, let found = find(follow.sources, "follow", of: name) {
            links.follow = Follow(found.sources, isAll: follow.isAll)
            for (wanted, place) in found.others {
                links.references.append(reference(wanted, place, .follow))
            }
        }
        links.results = draft.results.sorted().compactMap { result($0, of: draft) }
        return links
    }

    /// A result that a template names is that of one task.
    private func result(_ name: String, of draft: TaskDraft) -> NamedResult? {
        guard let (numbers, count) = groups(name), let number = numbers.first else { return nil }
        if numbers.count == 1, count == 1 { return NamedResult(name, .group(number)) }
        // Those that are matched have one for each point.
        let sources = draft.after.filter { !$0.isMatch }.flatMap(\.sources)
        let place = sources.first { if case .task(name) = $0.name { true } else { false } }
        if let place {
            log.add(
                .dependency, at: place.position,
                "“\(name)” is \(count) tasks, so `${{ tasks.\(name)… }}` does not say whose result is meant: have one task"
                    + " gather them")
        }
        return nil
    }

    private func reference(
        _ wanted: JobReference.Wanted, _ place: Position, _ slot: JobReference.Slot
    ) -> JobReference {
        JobReference(
            wanted, file: log.file(of: place).name, line: place.line, column: place.column, slot: slot)
    }

    private struct Found {
        private(set) var sources: [Dependency.Source] = []
        private var known: Set<Dependency.Source> = []
        var others: [(JobReference.Wanted, Position)] = []
        /// Tasks of this file among them.
        var fileTasks: UInt64 = 0
        /// Tasks that they are; nil if some are not of this file.
        var total: UInt64? { others.isEmpty && !hasNumbers ? fileTasks : nil }
        var hasNumbers = false

        /// An array that is matched may have many groups.
        mutating func add(_ source: Dependency.Source) {
            if known.insert(source).inserted { sources.append(source) }
        }
    }

    private func find(
        _ drafts: [SourceDraft], _ key: String, of name: String, counted isCounted: Bool = false
    ) -> Found? {
        var found = Found()
        for draft in drafts {
            switch draft.name {
            case .job(let wanted):
                found.others.append((wanted, draft.position))
            case .task(let text):
                if text == name {
                    let what = key == "after" ? "come after" : "follow"
                    log.add(.dependency, at: draft.position, "the task `\(name)` cannot \(what) itself")
                    return nil
                }
                if let (numbers, count) = groups(text) {
                    found.fileTasks += count
                    for number in numbers { found.add(.group(number)) }
                } else if isCounted, Self.number(text) != nil {
                    found.others.append((.selector(text), draft.position))
                } else if let source = Self.number(text) {
                    found.hasNumbers = true
                    found.add(source)
                } else {
                    log.add(.dependency, at: draft.position, unknown(text, key))
                    return nil
                }
            }
        }
        return found
    }

    private func unknown(_ name: String, _ key: String) -> String {
        let hint = Spelling.hint(name, in: known().prefix(10_000))
        return
            "no task is called “\(name)”\(hint); `\(key)` takes the name of a task, a task's number (12.3) or a"
            + " job's (12)" + (hint.isEmpty ? "; a job that was submitted before is {job: \(name)}" : "")
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
