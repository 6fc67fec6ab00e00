import ArgumentParser
import MultiEngine
import TaskFarm

/// Which engines of which farm a command works on.
struct MultiOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: "The engines: all, 0, 0,2, or 0:3 for the first three of all, -1: for the last. Default: all.")
    var targets: String = "all"
    @OptionGroup var farm: FarmOptions

    func validate() throws {
        do throws(MultiEngineError) { _ = try EngineTargets(parsing: targets) } catch {
            throw ValidationError(error.message)
        }
    }

    /// Runs `body` with a client for these engines.
    func connected<Result>(_ body: (MultiEngineClient) async throws -> Result) async throws -> Result {
        let client = MultiEngineClient(
            try await farm.connectForLanes(), targets: try EngineTargets(parsing: targets))
        let result = try await body(client)
        await client.close()
        return result
    }

    /// Hands a command in and waits; the first Ctrl-C interrupts it on the engines, the second ends the
    /// process.
    static func result<Result>(
        of command: NamespaceCommand<Result>, on client: MultiEngineClient,
        value: (PendingResult<Result>) async throws -> Result = { try await $0.value }
    ) async throws -> Result {
        try await sayWhoIsAway(client)
        let wish = InterruptWish<Result>()
        // Engines may have begun before the submission is known to have come.
        Interrupt.handle { count, _ in
            if count > 1 { Farewell.end(.interrupted) }
            Terminal.say("interrupting the engines; Ctrl-C again ends at once")
            wish.note()
        }
        defer { Interrupt.handle(nil) }
        let pending = try await client.submit(command)
        wish.met(by: pending)
        return try await value(pending)
    }

    /// A command for an engine that was lost waits until it is back, or has been given up.
    private static func sayWhoIsAway(_ client: MultiEngineClient) async throws {
        guard case .engines(let named) = client.targets else { return }
        let ids = try await client.farm.engineIDs()
        for engine in named where ids.others.contains(engine) {
            Terminal.say("engine \(engine) is away: this waits until it is back or has been given up")
        }
    }
}
