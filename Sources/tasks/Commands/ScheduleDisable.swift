import ArgumentParser
import TaskFarm

/// `tasks schedule disable`.
struct ScheduleDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Have schedules fire no more until they are enabled.",
        discussion:
            "A run that is going goes on; those that wait for it are skipped. What would have fired meanwhile is not missed."
    )

    @Argument(help: "The schedules.")
    var names: [String]
    @OptionGroup var farm: FarmOptions

    func run() async throws { try await ScheduleWords.set(names, farm, enabled: false) }
}
