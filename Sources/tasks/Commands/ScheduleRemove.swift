import ArgumentParser
import TaskFarm

/// `tasks schedule remove`.
struct ScheduleRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Drop schedules with their histories.",
        discussion: "A run that is going goes on as a job. Jobs stay.")

    @Argument(help: "The schedules.")
    var names: [String]
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let client = try await farm.connect()
        for name in names {
            try await client.removeSchedule(name)
            Terminal.write("schedule \(name): removed\n")
        }
        await client.close()
    }
}
