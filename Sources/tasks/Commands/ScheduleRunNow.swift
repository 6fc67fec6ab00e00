import ArgumentParser
import TaskFarm

/// `tasks schedule run-now`.
struct ScheduleRunNow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-now",
        abstract: "Have a schedule fire now, whatever the time, also a disabled one.",
        discussion: "If its last run is still going, its overlap: says what becomes of this one.")

    @Argument(help: "The schedule.")
    var name: String
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let client = try await farm.connect()
        let run = try await client.runSchedule(name)
        let zone = ScheduleWords.zone(try await client.schedule(name).timezone)
        await client.close()
        let words = "schedule \(name): the run of \(ScheduleWords.moment(run.at, zone)): \(run.state)"
        guard run.state == "running" || run.state == "queued" else {
            throw CommandFailure(.someFailed, "\(words): \(run.cause)")
        }
        Terminal.write("\(words)\n")
    }
}
