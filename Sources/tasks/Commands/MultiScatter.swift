import ArgumentParser
import FarmTemplate
import MultiEngine

/// `tasks multi scatter`.
struct MultiScatter: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "scatter",
        abstract: "Give each engine its part of a list, in contiguous parts.",
        discussion:
            """
            The first COUNT % ENGINES engines get one element more. An array of a .npy file is cut along its \
            first dimension.
            """
    )

    @Argument(help: NamedValue.help)
    var value: NamedValue
    @OptionGroup var multi: MultiOptions

    func validate() throws { try value.validate() }

    func run() async throws {
        let command = try command()
        try await multi.connected { try await MultiOptions.result(of: command, on: $0) }
    }

    private func command() throws -> NamespaceCommand<Void> {
        switch try value.value() {
        case .array(let array): return try .scatter(array, as: value.name)
        case .json(.array(let items)):
            return try .scatter(count: items.count, as: value.name) { range in
                PayloadCodec.payload(json: JSONValue.array(Array(items[range])).encoded())
            }
        case .json, .bytes:
            throw CommandFailure(
                .refused,
                "`\(value.name)` is no list: scatter takes a JSON array, or @FILE with one, or @FILE.npy")
        }
    }
}
