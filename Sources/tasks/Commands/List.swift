import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks list`.
struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the jobs that the controller remembers.")

    @Option(help: "Only jobs with this label, as KEY=VALUE or KEY; may be repeated.")
    var label: [String] = []
    @Flag(help: "Only jobs that have not ended.")
    var active = false
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        var jobs = try await farm.reading { try await $0.jobs() }
        if active { jobs.removeAll(where: \.isEnded) }
        let filter = LabelFilter(label)
        jobs.removeAll { !filter.admits($0) }
        JobTable.make(jobs, forPeople: format.output == .table).write(format.output)
    }
}

/// Jobs as rows.
enum JobTable {
    static func make(_ jobs: [JobStatus], forPeople: Bool) -> Table {
        var table = Table([
            .init("id", "job", isNumber: true), .init("name"), .init("owner"), .init("tasks", isNumber: true),
            .init("waiting", isNumber: true), .init("ready", isNumber: true),
            .init("running", isNumber: true),
            .init("succeeded", isNumber: true), .init("failed", isNumber: true),
            .init("cancelled", isNumber: true), .init("submitted"), .init("seconds", isNumber: true),
            .init("labels"),
        ])
        // Few have one.
        let showsRetries = !forPeople || jobs.contains { $0.supersedes != nil }
        if showsRetries { table.columns.insert(.init("retry_of", isNumber: true), at: 2) }
        let showsPauses = !forPeople || jobs.contains(where: \.isPaused)
        if showsPauses { table.columns.insert(.init("paused"), at: table.columns.count - 1) }
        for job in jobs {
            let counts = job.counts
            let end = job.endedAt ?? (job.isEnded ? job.submittedAt : Moment.now)
            let labels = job.labels.sorted { $0.key < $1.key }
            var cells: [JSONValue] = [
                .whole(job.id.raw), .words(job.name), .string(job.owner), .whole(job.taskCount),
                .whole(counts.waiting), .whole(counts.ready),
                .whole(counts.running + counts.assigned + counts.cancelling),
                // Failed counts also those that could not run: for want of what they depend on, or of time.
                .whole(counts.succeeded), .whole(counts.ended - counts.succeeded - counts.cancelled),
                .whole(counts.cancelled),
                .string(forPeople ? Moment.local(job.submittedAt) : Moment.utc(job.submittedAt)),
                .number(
                    Moment.seconds(max(0, Double(end - job.submittedAt) / 1e9), decimals: forPeople ? 1 : 3)),
                forPeople
                    ? .string(labels.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
                    : .object(labels.map { JSONMember($0.key, .string($0.value)) }),
            ]
            if showsPauses {
                let isPaused: JSONValue =
                    forPeople ? .string(job.isPaused ? "paused" : "") : .bool(job.isPaused)
                cells.insert(isPaused, at: cells.count - 1)
            }
            if showsRetries { cells.insert(job.supersedes.map { .whole($0.raw) } ?? .null, at: 2) }
            table.rows.append(cells)
        }
        return table
    }
}
