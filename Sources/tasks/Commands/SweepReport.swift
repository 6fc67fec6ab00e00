import ArgumentParser
import FarmTransport
import Glibc
import TaskFarm

/// `tasks sweep-report`.
struct SweepReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep-report",
        abstract: "Write a page about a job: failures, plots of its results, engines, slowest tasks.",
        discussion: """
            One HTML file that needs nothing else, with light and dark colours: a summary, what has changed \
            since the run before, failures by what they have in common, a line plot or a heat map of each \
            numeric result over the sweep's parameters, what each engine ran when, and the slowest tasks. Of \
            tasks that `tasks retry` has done again the newest end counts.
            """)

    @Argument(help: "A job (12, heat, heat~1, last).")
    var job = "last"
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write the page; - is standard output. Default: the job's name, or job-12, and .html.",
            valueName: "file"))
    var output: String?
    @OptionGroup var rules: RuleOptions
    @OptionGroup var farm: FarmOptions

    /// Jobs with more tasks are not compared with the run before.
    private static let mostCompared = 100_000

    func run() async throws {
        let wanted = try rules.rules()
        let page = try await farm.reading { client in
            let selection = try await client.resolve(job)
            guard selection.count == nil else {
                throw CommandFailure(
                    .refused, "\(selection) is a part of a job: a report is of a whole one (\(selection.job))"
                )
            }
            let results = try await ResultGatherer.gather(client, selection, .story)
            let engines = (try? await client.engines()) ?? []
            return ReportPage(
                data: try ReportData(results), before: try await before(results, wanted, client),
                engineNames: Dictionary(engines.map { ($0.id, $0.name) }) { $1 }, now: Moment.now)
        }
        try write(page)
    }

    private func before(
        _ results: GatheredResults, _ wanted: ComparisonRules, _ client: TaskClient
    ) async throws -> ReportPage.Before? {
        guard let earlier = try await RunPair.before(results.job, client) else { return nil }
        guard max(results.job.taskCount, earlier.taskCount) <= Self.mostCompared else {
            return ReportPage.Before(job: earlier, comparison: nil)
        }
        let old = try await ResultGatherer.gather(client, TaskSelection(job: earlier.id))
        try rules.check(against: [old, results])
        return ReportPage.Before(
            job: earlier, comparison: try JobComparison(old, results, wanted))
    }

    // MARK: The file

    private func write(_ page: ReportPage) throws {
        let bytes = page.markup().bytes
        if output == "-" { return Terminal.write(bytes) }
        let path = output ?? "\(Self.fileName(page.data.job)).html"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Self.failure(path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path) }
            rest = rest.dropFirst(count)
        }
        Terminal.write("\(path)\n")
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(
            .refused,
            "cannot write \(path): \(String(cString: strerror(errno))); name another file with -o")
    }

    /// A job's name as a file's: nothing in it leads elsewhere.
    static func fileName(_ job: JobStatus) -> String {
        let name = String(
            job.name.map { $0 == "/" || $0.isWhitespace || $0.isNewline ? "-" : $0 }.prefix(100))
        let isPlain = !name.isEmpty && !name.hasPrefix(".") && !name.hasPrefix("-")
        return isPlain && !name.unicodeScalars.contains { $0.value < 0x20 } ? name : "job-\(job.id)"
    }
}
