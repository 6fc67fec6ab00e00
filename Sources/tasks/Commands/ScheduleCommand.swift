import ArgumentParser

/// `tasks schedule`.
struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Have batch files run at their times.",
        discussion: """
            The controller runs a file by its `schedule:`, and reads it anew each time. It keeps what became \
            of each firing, also of those that were missed. `tasks schedule check` tells a watchdog.
            """,
        subcommands: [
            ScheduleAdd.self, ScheduleList.self, ScheduleShow.self, ScheduleHistory.self, ScheduleRunNow.self,
            ScheduleCheck.self, ScheduleEnable.self, ScheduleDisable.self, ScheduleRemove.self,
            ScheduleFire.self,
        ])
}
