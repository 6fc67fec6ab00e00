import ArgumentParser
import MultiEngine

/// `tasks multi interrupt`.
struct MultiInterrupt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interrupt",
        abstract: "Raise KeyboardInterrupt in the commands that engines run, of whichever client.",
        discussion: "What is queued behind them is cleared. Exit code 1 if none runs.")

    @OptionGroup var multi: MultiOptions

    func run() async throws {
        let count = try await multi.connected { try await $0.interrupt() }
        Terminal.write("\(counted(count, "command")) interrupted\n")
        if count == 0 { throw CommandFailure.silent(.someFailed) }
    }
}
