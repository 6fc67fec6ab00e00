import ArgumentParser
import TaskFarm

/// `tasks schedule enable`.
struct ScheduleEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Have schedules fire again that were disabled.")

    @Argument(help: "The schedules.")
    var names: [String]
    @OptionGroup var farm: FarmOptions

    func run() async throws { try await ScheduleWords.set(names, farm, enabled: true) }
}
