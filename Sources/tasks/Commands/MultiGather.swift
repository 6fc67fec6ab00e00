import ArgumentParser
import FarmTemplate
import MultiEngine

/// `tasks multi gather`.
struct MultiGather: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "gather",
        abstract: "Put the engines' parts of a list together, in the order of the targets.")

    @Argument(help: "A name in the engines' namespaces: a list or an array on each.")
    var name: String
    @Option(name: .shortAndLong, help: ValueOutput.help)
    var output: ValueOutput?
    @OptionGroup var multi: MultiOptions

    func run() async throws {
        try await multi.connected { client in
            if let output, output.isArray {
                return try output.write(
                    try await MultiOptions.result(of: NamespaceCommand.gatherArray(name), on: client))
            }
            let pending = try await client.submit(NamespaceCommand.pull([name]))
            var items: [JSONValue] = []
            for (engine, bundle) in zip(pending.engines, try await pending.value) {
                let text = try PayloadCodec.json(bundle[name] ?? [])
                guard case .array(let part) = try JSONValue(parsing: Array(text.utf8)) else {
                    throw CommandFailure(
                        .refused, "`\(name)` is no list on engine \(engine): \(text.prefix(60))")
                }
                items += part
            }
            let text = String(decoding: JSONValue.array(items).encoded(), as: UTF8.self)
            if let output { try output.write(json: text) } else { Terminal.write(text + "\n") }
        }
    }
}
