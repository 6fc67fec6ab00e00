import FarmTemplate

/// Reads options of the command line with the readers of batch files, so that the same words hold. Problems
/// name the option and the place in its value: `--retry:1:2: …`.
struct OptionReader {
    private(set) var problems: [BatchProblem] = []

    /// Attempts after the first, by cause; what is not named stays as it is.
    mutating func retry(_ text: String, needs: Needs, into retry: inout RetryPolicy) {
        let log = ProblemLog(file: "--retry")
        if let item = Self.item(text, log) {
            let reader = RetryReader(log: log)
            reader.read(item, into: &retry)
            reader.check(item, against: needs)
        }
        problems += log.problems
    }

    /// What follows when all tries have failed.
    mutating func recovery(_ text: String, needs: Needs) -> RecoveryOption? {
        let log = ProblemLog(file: RecoveryOption.name)
        defer { problems += log.problems }
        guard let item = OptionTexts.isMapping(text) ? Self.item(text, log) : Self.line(text) else {
            return nil
        }
        // Only its form: what may stand between `${{ }}` is for the tasks that it is for.
        var task = TaskDraft()
        task.policy.needs = needs
        _ = TaskReader(log: log, defaults: nil, policy: task.policy).readRecoveries(item, into: &task)
        return RecoveryOption(item: item, source: SourceText(bytes: Array(text.utf8)))
    }

    /// How many ranks a command is started as.
    mutating func mpi(_ text: String) -> RankedLaunch? {
        let log = ProblemLog(file: "--mpi")
        defer { problems += log.problems }
        return Self.item(text, log).flatMap { RanksReader(log: log).read($0) }
    }

    /// `{run: …}` of a shell line.
    private static func line(_ text: String) -> Item {
        let start = Position(line: 1, column: 1)
        let line = Item(content: .scalar(text, isPlain: false), position: start)
        return Item(
            content: .mapping([Item.Entry(key: "run", position: start, value: line)]), position: start)
    }

    /// Plain selectors all wait together; each of the others is a condition of its own.
    mutating func after(_ texts: [String], into links: inout TaskLinks) {
        for text in texts where !OptionTexts.isMapping(text) {
            if links.after.isEmpty { links.after = [Dependency([])] }
            links.references.append(
                JobReference(.selector(text), file: "--after \(text)", slot: .after(0)))
        }
        for text in texts where OptionTexts.isMapping(text) {
            let log = ProblemLog(file: "--after")
            let drafts = Self.item(text, log).map { DependencyReader(log: log).read($0) } ?? []
            for draft in drafts where draft.isMatch {
                log.add(
                    .unsupported, at: draft.position,
                    "`match` ties the sweeps of one batch file: name jobs or tasks by `all`, `any` or `at-least`"
                )
            }
            for draft in drafts {
                links.references += Self.references(draft.sources, "--after", .after(links.after.count))
                links.after.append(Dependency([], quorum: draft.quorum, when: draft.when))
            }
            problems += log.problems
        }
    }

    /// All that is named is followed together; `any` stands alone.
    mutating func follow(_ texts: [String], into links: inout TaskLinks) {
        for text in texts {
            var isAll = true
            let log = ProblemLog(file: "--follow")
            if OptionTexts.isMapping(text) {
                let draft = Self.item(text, log).flatMap { FollowReader(log: log).read($0) }
                links.references += Self.references(draft?.sources ?? [], "--follow", .follow)
                isAll = draft?.isAll ?? true
            } else {
                links.references.append(
                    JobReference(.selector(text), file: "--follow \(text)", slot: .follow))
            }
            if !isAll, texts.count > 1 {
                log.add(
                    .badValue, at: Position(line: 1, column: 1),
                    "`any` cannot stand beside another --follow: put all names into its list")
            }
            links.follow = Follow([], isAll: isAll)
            problems += log.problems
        }
    }

    /// There are no tasks of a file: a name is a job's, as without a mapping around it.
    private static func references(
        _ sources: [SourceDraft], _ file: String, _ slot: JobReference.Slot
    ) -> [JobReference] {
        sources.map { source in
            let wanted: JobReference.Wanted =
                switch source.name {
                case .task(let name): .selector(name)
                case .job(let wanted): wanted
                }
            return JobReference(
                wanted, file: file, line: source.position.line, column: source.position.column, slot: slot)
        }
    }

    private static func item(_ text: String, _ log: ProblemLog) -> Item? {
        let bytes = Array(text.utf8)
        guard SourceText.check(bytes, log) else { return nil }
        log.note(SourceText(bytes: bytes))
        let item = YAMLComposer.compose(bytes, log)
        if item?.isNull ?? log.problems.isEmpty {
            log.add(.empty, at: Position(line: 1, column: 1), "expected a value, found nothing")
            return nil
        }
        return item
    }
}
