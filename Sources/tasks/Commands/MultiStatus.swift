import ArgumentParser
import FarmTemplate
import MultiEngine

/// `tasks multi status`.
struct MultiStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how many commands run and wait on engines.")

    @OptionGroup var multi: MultiOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        try await multi.connected { client in
            var table = Table([
                .init("engine", isNumber: true), .init("running", isNumber: true),
                .init("queued", isNumber: true),
            ])
            table.rows = try await client.queueStatus().map {
                [.whole($0.engine.raw), .whole($0.running), .whole($0.queued)]
            }
            table.write(format.output)
        }
    }
}
