import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks results`.
struct Results: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what became of a job's tasks: states, times, exit codes, values.",
        discussion: """
            The fields of values are columns of their own in tables and CSV; JSON keeps values as they are. \
            Tasks that have not ended are shown where they stand. Of tasks that `tasks retry` has done again \
            the newest end is shown.
            """)

    @Argument(help: "A job (12, heat, heat~1, last), a task (12.3) or tasks (12.1-99).")
    var selector = "last"
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions
    @Flag(help: "The job's own tasks, without what `tasks retry` has made of them.")
    var exact = false
    @Flag(help: "Only tasks that did not succeed.")
    var failed = false

    func run() async throws {
        var rows = try await farm.reading { client in
            let selection = try await client.resolve(selector)
            let watch = JobWatch(farm: client, job: try await client.follow(selection.job))
            let rows = try await watch.rows(selection)
            return exact ? rows : try await Superseding.merge(rows, selection, client)
        }
        if failed { rows.removeAll { $0.outcome.map { $0.state == .succeeded } ?? true } }
        ResultTable(rows: rows).write(format.output)
    }
}
