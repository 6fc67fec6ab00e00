import ArgumentParser
import FarmTemplate
import TaskFarm

/// `tasks schedule show`.
struct ScheduleShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all that is known of a schedule.")

    @Argument(help: "The schedule.")
    var name: String
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let schedule = try await farm.reading { try await $0.schedule(name) }
        let (zone, forPeople) = (ScheduleWords.zone(schedule.timezone), format.output == .table)
        let last = schedule.last
        FactList.write(
            [
                JSONMember("name", .string(schedule.name)), JSONMember("file", .string(schedule.file)),
                JSONMember("directory", .string(schedule.directory)),
                JSONMember("cron", .string(schedule.cron)),
                JSONMember("timezone", .string(schedule.timezone)),
                JSONMember("overlap", .string(schedule.overlap)),
                JSONMember("catch_up", .string(schedule.catchUp)),
                JSONMember("jitter_seconds", .whole(schedule.jitterSeconds)),
                JSONMember("keep", schedule.keep.map { .whole($0) } ?? .null),
            ]
                + ["failure", "recovery", "success"].map {
                    JSONMember("notify_\($0)", .words(schedule.notify[$0] ?? ""))
                } + [
                    JSONMember("enabled", .bool(schedule.isEnabled)),
                    JSONMember("next", ScheduleWords.cell(schedule.nextFiring, zone, forPeople)),
                    JSONMember("next_start", ScheduleWords.cell(schedule.nextStart, zone, forPeople)),
                    JSONMember("last", ScheduleWords.cell(last?.at, zone, forPeople)),
                    JSONMember("state", last.map { .string($0.state) } ?? .null),
                    JSONMember("job", last?.job.map { .whole($0.raw) } ?? .null),
                    JSONMember("cause", .words(last?.cause ?? "")),
                    JSONMember("last_success", ScheduleWords.cell(schedule.lastSuccess?.at, zone, forPeople)),
                    JSONMember("firings", .whole(schedule.runs.count)),
                    JSONMember("trouble", .words(schedule.trouble ?? "")),
                ], format.output)
    }
}
