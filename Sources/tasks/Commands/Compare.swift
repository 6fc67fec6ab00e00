import ArgumentParser
import TaskFarm

/// `tasks compare`.
struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare two runs of a job: points whose result, state or time changed, new and gone ones.",
        discussion: """
            `tasks compare heat~1 heat` compares the latest run of heat with the one before, as does \
            `tasks compare heat`; `tasks compare` takes the latest job of all. Points are matched by their \
            tasks' names, equal names in the order of their indices; what `tasks retry` has done again \
            counts by its newest end.
            Exit code 1 if something got worse: a task that had succeeded and does not now, a field named \
            with --worse, a time with --slower. Changes alone, new and gone points are none.
            """)

    @Argument(
        help: ArgumentHelp(
            "The older and the newer job (heat~1 heat, 11 12). One: with the run before it. None: last.",
            valueName: "job"))
    var jobs: [String] = []
    @OptionGroup var rules: RuleOptions
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if jobs.count > 2 { throw ValidationError("two jobs are compared, not \(jobs.count)") }
    }

    func run() async throws {
        let wanted = try rules.rules()
        let (old, new, pair) = try await farm.reading { client in
            let pair = try await RunPair.find(jobs, client)
            return (
                try await ResultGatherer.gather(client, pair.old),
                try await ResultGatherer.gather(client, pair.new), pair
            )
        }
        try rules.check(against: [old, new])
        let comparison = try JobComparison(old, new, wanted)
        let shown = ComparisonTable(comparison: comparison)
        // Headings alone say nothing to people.
        if format.output != .table || !comparison.changes.isEmpty {
            shown.table(forPeople: format.output == .table).write(format.output)
        }
        Terminal.say("job \(pair.old) → job \(pair.new): \(shown.words)")
        if comparison.unfinishedCount > 0 {
            Terminal.say(
                "not ended yet: \(counted(comparison.unfinishedCount, "task")) of job \(pair.new.job); compare again after `tasks wait \(pair.new.job)`"
            )
        }
        if comparison.gotWorse { throw CommandFailure.silent(.someFailed) }
    }
}

extension JobComparison {
    /// Compares what was gathered of two jobs, each task by its newest end.
    init(_ old: GatheredResults, _ new: GatheredResults, _ rules: ComparisonRules) throws {
        try self.init(oldCount: old.spool.count, newCount: new.spool.count, rules: rules) { index throws in
            try old.compared(index)
        } new: { index throws in
            try new.compared(index)
        }
    }
}

extension GatheredResults {
    fileprivate func compared(_ index: Int) throws -> ComparedTask {
        // Tasks that came after the job was looked at have not ended.
        guard let row = try row(index) else { return ComparedTask(name: "", state: .waiting) }
        let hasValue = row.facts.state == .succeeded && !row.facts.value.isEmpty
        return ComparedTask(
            name: row.name, state: row.facts.state, seconds: row.facts.hasRun ? row.facts.seconds : nil,
            value: hasValue ? row.value : nil)
    }
}
