import ArgumentParser
import MultiEngine

/// `tasks multi reset`.
struct MultiReset: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Empty engines' namespaces.",
        discussion: "It is queued behind what runs; --restart ends that, and the Python it runs in, at once.")

    @Flag(help: "End the engines' Python at once; the next command starts a new one.")
    var restart = false
    @OptionGroup var multi: MultiOptions

    func run() async throws {
        let command: NamespaceCommand<Void> = restart ? .restart() : .reset()
        try await multi.connected { try await MultiOptions.result(of: command, on: $0) }
    }
}
