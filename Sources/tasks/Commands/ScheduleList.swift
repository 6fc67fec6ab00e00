import ArgumentParser
import FarmTemplate
import TaskFarm

/// `tasks schedule list`.
struct ScheduleList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the schedules: when each fires next, and how it went last.")

    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let forPeople = format.output == .table
        var table = Table([
            .init("name"), .init("next"), .init("last"), .init("state"), .init("job", isNumber: true),
            .init("cron"), .init("timezone"), .init("file"),
        ])
        if !forPeople { table.columns += [.init("enabled"), .init("cause"), .init("trouble")] }
        for schedule in try await farm.reading({ try await $0.schedules() }) {
            let zone = ScheduleWords.zone(schedule.timezone)
            let trouble = schedule.trouble.map { JSONValue.string($0) } ?? .null
            if forPeople, let words = schedule.trouble { Terminal.say("schedule \(schedule.name): \(words)") }
            let next: JSONValue =
                forPeople && !schedule.isEnabled
                ? .string("disabled") : ScheduleWords.cell(schedule.nextFiring, zone, forPeople)
            table.rows.append(
                [
                    .string(schedule.name), next, ScheduleWords.cell(schedule.last?.at, zone, forPeople),
                    schedule.last.map { .string($0.state) } ?? .null,
                    schedule.last?.job.map { .whole($0.raw) } ?? .null, .string(schedule.cron),
                    .string(schedule.timezone), .string(schedule.file),
                ]
                    + (forPeople
                        ? [] : [.bool(schedule.isEnabled), .words(schedule.last?.cause ?? ""), trouble]))
        }
        table.write(format.output)
    }
}
