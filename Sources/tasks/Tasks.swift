import ArgumentParser

/// The `tasks` command; each subcommand has a file under `Commands/`.
struct Tasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "Runs many tasks on many processors, here and elsewhere.",
        discussion: """
            tasks run FILE.yaml       run a batch file here and now
            tasks sweep 'CMD {n}' n=1,2,3
            tasks cluster start       start a farm that stays; then submit, status, results

            Exit codes: 0 all succeeded, 1 some task did not, 2 refused input or usage, 3 no controller, \
            4 not permitted, 130 interrupted.
            Shell completions: tasks --generate-completion-script bash|zsh|fish.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(name: "Run", subcommands: [Run.self, Submit.self, Plan.self, SweepCommand.self]),
            CommandGroup(
                name: "Look",
                subcommands: [
                    Status.self, List.self, Show.self, Why.self, Wait.self, Results.self, Compare.self,
                    SweepReport.self,
                    Logs.self,
                ]),
            CommandGroup(
                name: "Steer", subcommands: [Cancel.self, Pause.self, Resume.self, Retry.self, Purge.self]),
            CommandGroup(name: "By night", subcommands: [ScheduleCommand.self]),
            CommandGroup(name: "Engines directly", subcommands: [Multi.self]),
            CommandGroup(
                name: "Farm",
                subcommands: [
                    Cluster.self, ControllerCommand.self, EngineCommand.self, LedgerCommand.self, Doctor.self,
                ]),
            CommandGroup(name: "", subcommands: [FarEnd.self]),
        ])
}

/// What `tasks --version` says.
enum Version {
    static let text = "0.1.0"
}
