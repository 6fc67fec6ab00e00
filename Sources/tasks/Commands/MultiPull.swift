import ArgumentParser
import MultiEngine

/// `tasks multi pull`.
struct MultiPull: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Print what a name is on each engine.",
        discussion:
            """
            With -o json or FILE.json: an array, one value an engine. FILE.npy takes one engine; gather puts \
            the parts of several together.
            """
    )

    @Argument(help: "A name in the engines' namespaces.")
    var name: String
    @Option(name: .shortAndLong, help: ValueOutput.help)
    var output: ValueOutput?
    @OptionGroup var multi: MultiOptions

    func run() async throws {
        try await multi.connected { client in
            let pending = try await client.submit(NamespaceCommand.pull([name]))
            let payloads: [[UInt8]]
            do { payloads = try await pending.value.map { $0[name] ?? [] } } catch let error as CompositeError
            {
                // A file is whole, or is not there.
                if output == nil { try show(kept: error) }
                throw error
            }
            guard let output else {
                for (engine, payload) in zip(pending.engines, payloads) {
                    Terminal.write("[\(engine)] \(try PayloadCodec.json(payload))\n")
                }
                return
            }
            guard output.isArray else {
                let values = try payloads.map { payload in try PayloadCodec.json(payload) }
                return try output.write(json: "[\(values.joined(separator: ","))]")
            }
            guard payloads.count == 1 else {
                throw CommandFailure(
                    .refused,
                    "FILE.npy holds one array, and \(payloads.count) engines have one each: name one with -t, or"
                        + " use `tasks multi gather`")
            }
            try output.write(try NumberArray(payload: payloads[0]))
        }
    }

    /// What the other engines gave.
    private func show(kept error: CompositeError) throws {
        for engine in error.succeeded {
            guard let payload = error.result(of: engine, as: PayloadBundle.self)?[name] else { continue }
            Terminal.write("[\(engine)] \(try PayloadCodec.json(payload))\n")
        }
    }
}
