import ArgumentParser

/// `tasks engine`.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Start, list and stop engines.",
        subcommands: [
            EngineStart.self, EngineList.self, EngineDrain.self, EngineStop.self, EngineClear.self,
            EngineExec.self, EngineHost.self,
        ])
}
