import ArgumentParser
import FarmTemplate
import FarmTransport
import TaskFarm

/// `tasks schedule history`.
struct ScheduleHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what became of a schedule's firings, the newest last; also of those that did not run."
    )

    @Argument(help: "The schedule.")
    var name: String
    @Option(name: [.customShort("n"), .customLong("last")], help: "So many of the newest; default: all.")
    var last: Int?
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if let last, last < 1 { throw ValidationError("-n \(last): expected a number from 1 on") }
    }

    func run() async throws {
        let schedule = try await farm.reading { try await $0.schedule(name) }
        let (zone, forPeople) = (ScheduleWords.zone(schedule.timezone), format.output == .table)
        var table = Table([
            .init("at"), .init("state"), .init("job", isNumber: true), .init("seconds", isNumber: true),
            .init("tasks", isNumber: true), .init("succeeded", isNumber: true), .init("digest"),
            .init("cause"),
        ])
        if !forPeople {
            table.columns += [.init("manual"), .init("started"), .init("ended"), .init("note")]
        }
        for run in schedule.runs.suffix(last ?? .max) {
            let seconds = run.startedAt.flatMap { start in run.endedAt.map { Double($0 - start) / 1e9 } }
            let notes = [run.cause, run.isManual ? "run by hand" : "", run.note].filter { !$0.isEmpty }
            var row: [JSONValue] = [
                ScheduleWords.cell(run.at, zone, forPeople), .string(run.state),
                run.job.map { .whole($0.raw) } ?? .null, seconds.map { .whole(Int64($0)) } ?? .null,
                run.job == nil ? .null : .whole(run.tasks), run.job == nil ? .null : .whole(run.succeeded),
                .words(forPeople ? String(run.digest.prefix(12)) : run.digest),
                .words(forPeople ? notes.joined(separator: "; ") : run.cause),
            ]
            if !forPeople {
                row += [
                    .bool(run.isManual), ScheduleWords.cell(run.startedAt, zone, false),
                    ScheduleWords.cell(run.endedAt, zone, false), .words(run.note),
                ]
            }
            table.rows.append(row)
        }
        table.write(format.output)
    }
}
