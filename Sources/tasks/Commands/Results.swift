import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks results`.
struct Results: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what became of a job's tasks: parameters, states, times, exit codes, values.",
        usage: """
            tasks results [JOB]
            tasks results heat --filter 'n >= 64 and error < 1e-3' --sort error,-n
            tasks results heat --columns n,alpha,error -o csv > heat.csv
            """,
        discussion: """
            Parameters and fields of values are columns in tables and CSV; JSON keeps values as they are. \
            Tasks that have not ended are shown where they stand. Of tasks that `tasks retry` has done again \
            the newest end is shown. A table ends after a thousand rows; the other formats have all.
            """)

    @Argument(help: "A job (12, heat, heat~1, last), a task (12.3) or tasks (12.1-99).")
    var selector = "last"
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var options: ResultOptions
    @Flag(help: "The job's own tasks, without what `tasks retry` has made of them.")
    var exact = false

    func run() async throws {
        let limit = format.output == .table && options.isPlain ? ResultOutput.shownRows : nil
        let results = try await farm.reading { client in
            try await ResultGatherer.gather(
                client, try await client.resolve(selector), exact: exact, limit: limit)
        }
        let query = try ResultQuery(options, results.columns)
        try ResultOutput(results: results, query: query, format: format.output).write()
    }
}
