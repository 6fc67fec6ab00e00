import FarmTemplate

/// Reads `mpi`: a number of ranks, or all that can be said of them.
struct RanksReader {
    let log: ProblemLog

    /// - Returns: nil, and a problem in the log, if it makes no sense.
    func read(_ item: Item) -> RankedLaunch? {
        guard case .mapping = item.content else {
            return ranks(item, "mpi").flatMap { checked(RankedLaunch(ranks: $0), item) }
        }
        guard let fields = Fields(item, of: "`mpi`", BatchKeys.mpi, log) else { return nil }
        guard let number = fields["ranks"] else {
            log.add(.missing, at: item.position, "`mpi` needs `ranks`, a number")
            return nil
        }
        guard let ranks = ranks(number, "mpi.ranks") else { return nil }
        var launch = RankedLaunch(ranks: ranks)
        if let item = fields["cpus-per-rank"] {
            guard let count = log.integer(item, "mpi.cpus-per-rank", 1...RankedLaunch.most) else {
                return nil
            }
            launch.cpusPerRank = count
        }
        if let item = fields["hosts"] {
            guard let count = log.integer(item, "mpi.hosts", 1...RankedLaunch.most) else { return nil }
            launch.hosts = count
        }
        if let item = fields["launch"] {
            if case .list(let words) = item.content {
                launch.launch = words.compactMap { log.fixed($0, "mpi.launch", "a word") }
            } else if let line = log.fixed(item, "mpi.launch", "a launcher with its options") {
                launch.launch = line.split(whereSeparator: \.isWhitespace).map(String.init)
                if line.contains(where: { "'\"".contains($0) }) {
                    log.add(
                        .badValue, at: item.position,
                        "`mpi.launch` is no shell line: where a word has blanks or quotes, write a list of words"
                    )
                    return nil
                }
            }
        }
        return checked(launch, item)
    }

    /// Whether the task can have ranks, and what it needs then.
    func settle(_ fields: Fields, _ item: Item, into draft: inout TaskDraft) {
        guard let launch = draft.template.mpi else { return }
        let place = fields["mpi"]?.position ?? item.position
        if draft.policy.collective != nil {
            log.add(
                .badValue, at: place,
                "a task has `mpi` or `collective`, not both: how many engines take part is said by `mpi.hosts`"
            )
        }
        let needed = UInt32(clamping: launch.cpus)
        if draft.policy.needs.cpus != 1, draft.policy.needs.cpus != needed {
            log.add(
                .badValue, at: fields["needs"]?.position ?? place,
                "`needs.cpus` is \(draft.policy.needs.cpus), and `mpi` takes \(launch.ranksPerHost) ×"
                    + " \(launch.cpusPerRank) = \(needed): leave `cpus` out")
        }
        launch.settle(&draft.policy)
    }

    private func ranks(_ item: Item, _ key: String) -> Int? { log.integer(item, key, 1...RankedLaunch.most) }

    private func checked(_ launch: RankedLaunch, _ item: Item) -> RankedLaunch? {
        guard let fault = launch.fault else { return launch }
        log.add(.badValue, at: item.position, fault)
        return nil
    }
}
