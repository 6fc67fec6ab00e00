import ArgumentParser
import FarmBatch
import TaskFarm

/// `tasks plan`.
struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a job would be: its tasks, what holds for them, and what no engine could run.",
        usage: """
            tasks plan FILE.yaml
            tasks plan FILE.jsonl
            tasks plan --each-line FILE -- COMMAND {}
            """,
        discussion: """
            Takes what `tasks submit` takes, and submits nothing. Exit code 2 if it would be refused. If a farm \
            is reachable, the jobs that the file names are looked up there, and it is told what no engine of \
            it can run, and what it would skip as unchanged.
            """)

    @OptionGroup var work: WorkOptions
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    /// Rows that are shown: a file of lines may have as many names as lines.
    private static let mostRows = 10_000

    func run() async throws {
        try work.check()
        let work = try work.read()
        let client = await reachable()
        var fit: EngineFit?
        if let client { fit = try await EngineFit(client) }
        let lookup = client.map { JobLookup(farm: $0) }
        var planner = Planner()
        var unchanged = client.map { UnchangedCount(client: $0) }
        var table = PlanTable(fit: fit)
        var more = 0
        func take(_ tasks: PlannedTasks) {
            if table.rows.count < Self.mostRows { table.rows.append(tasks) } else { more += 1 }
        }
        while let draft = try work.nextDraft() {
            if let lookup { _ = try await draft.resolved(lookup.sources) }
            try planner.add(draft).forEach(take)
            try await unchanged?.add(draft.part)
        }
        if let last = planner.finish() { take(last) }
        table.unchanged = unchanged?.counts ?? [:]
        if format.output == .table { Terminal.write(Self.headline(planner)) }
        table.write(format.output)
        if more > 0 { Terminal.say("and \(counted(more, "name")) more, which are not shown") }
        if let client {
            if fit?.engines.isEmpty == true {
                Terminal.say("the farm has no engine, so it is not known whether one could run this")
            }
            await client.close()
        }
    }

    private static func headline(_ planner: Planner) -> String {
        let labels = planner.labels.map { " \($0.key)=\($0.value)" }.joined()
        let name = planner.name.isEmpty ? "the job" : planner.name
        return "\(name)\(labels): \(counted(Int(planner.taskCount), "task"))\n"
    }

    /// A client of the farm; nil, and a line that says so, if there is none.
    private func reachable() async -> TaskClient? {
        do {
            return try await farm.connect()
        } catch {
            let why =
                (error as? CommandFailure)?.message ?? (error as? TaskClientError)?.message ?? "\(error)"
            Terminal.say("no farm is reachable, so it is not known what engines could run: \(why)")
            return nil
        }
    }
}
