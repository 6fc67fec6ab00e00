import ArgumentParser

/// `tasks controller`.
struct ControllerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Run a controller in the foreground, or have it started with the machine.",
        subcommands: [ControllerRun.self, ControllerInstall.self], defaultSubcommand: ControllerRun.self)
}
