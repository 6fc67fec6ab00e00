import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks engine clear`.
struct EngineClear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "End what is queued in engines' lanes; what runs there goes on.",
        discussion: "For the roles multiengine-client and admin.")

    @Option(help: "Only the lane of this name; without it all lanes of the engine.")
    var lane: String?
    @OptionGroup var selection: EngineSelection
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let client = try await farm.connectForLanes()
        for engine in try await selection.find(in: client.engines()) {
            let cleared = try await client.clearLane(engine.id, lane)
            let which = lane.map { "lane '\($0)'" } ?? "its lanes"
            Terminal.write(
                "engine \(engine.id) (\(engine.name)): \(counted(cleared, "task")) of \(which) cleared\n")
        }
        await client.close()
    }
}
