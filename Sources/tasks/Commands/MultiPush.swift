import ArgumentParser
import MultiEngine

/// `tasks multi push`.
struct MultiPush: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Set names in engines' namespaces to the same values.")

    @Argument(help: NamedValue.help)
    var values: [NamedValue]
    @OptionGroup var multi: MultiOptions

    func validate() throws { for value in values { try value.validate() } }

    func run() async throws {
        var bundle = PayloadBundle()
        for value in values { bundle.set(try value.payload(), for: value.name) }
        let command = try NamespaceCommand.push(bundle)
        try await multi.connected { try await MultiOptions.result(of: command, on: $0) }
    }
}
