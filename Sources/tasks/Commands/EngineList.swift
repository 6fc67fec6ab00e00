import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks engine list`.
struct EngineList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the farm's engines.")

    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let client = try await farm.connect()
        let engines = try await client.engines()
        await client.close()
        var table = Table([
            .init("id", isNumber: true), .init("name"), .init("pid", isNumber: true), .init("host"),
            .init("slots", isNumber: true), .init("load", isNumber: true), .init("cpus", isNumber: true),
            .init("ended", isNumber: true), .init("state"),
        ])
        for engine in engines {
            let state = engine.isDraining ? "\(engine.presence), draining" : engine.presence
            table.rows.append([
                .whole(engine.id.raw), .string(engine.name), .whole(engine.pid), .string(engine.host),
                .whole(engine.slots), .whole(engine.load), .whole(engine.cpus), .whole(engine.endedCount),
                .string(state),
            ])
        }
        table.write(format.output)
    }
}
