import ArgumentParser
import FarmTemplate
import MultiEngine

/// `tasks multi keys`.
struct MultiKeys: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List the names in engines' namespaces.")

    @OptionGroup var multi: MultiOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        try await multi.connected { client in
            let pending = try await client.submit(NamespaceCommand.keys())
            var table = Table([.init("engine", isNumber: true), .init("keys")])
            for (engine, keys) in zip(pending.engines, try await pending.value) {
                let names: JSONValue =
                    format.output == .json || format.output == .jsonl
                    ? .array(keys.map { .string($0) }) : .string(keys.joined(separator: " "))
                table.rows.append([.whole(engine.raw), names])
            }
            table.write(format.output)
        }
    }
}
