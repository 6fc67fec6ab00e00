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
                try await Self.tasks(pair.old, client), try await Self.tasks(pair.new, client), pair
            )
        }
        try rules.check(against: [old, new])
        let comparison = JobComparison(old: old, new: new, rules: wanted)
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

    /// The tasks of a job, each by its newest end.
    static func tasks(_ selection: TaskSelection, _ client: TaskClient) async throws -> [ComparedTask] {
        let watch = JobWatch(farm: client, job: try await client.follow(selection.job))
        let rows = try await Superseding.merge(try await watch.rows(selection), selection, client)
        return rows.map { ComparedTask($0.task, $0.outcome) }
    }
}
