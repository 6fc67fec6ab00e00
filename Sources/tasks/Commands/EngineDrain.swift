import ArgumentParser
import FarmTransport
import TaskFarm

/// Which engines a command is about.
struct EngineSelection: ParsableArguments {
    @Argument(help: "Engines, by number or name.")
    var engines: [String]

    /// Tells all of them at once: else the first of a pool's ranks to leave would have the others start anew.
    func tellToLeave(_ client: TaskClient, now: Bool) async throws -> [(EngineStatus, LeavingWords)] {
        let known = try await client.engines()
        let chosen = try find(in: known)
        let ids = Set(chosen.map(\.id))
        try await client.drain(chosen.map(\.id), now: now)
        let staying = known.filter { !ids.contains($0.id) && !$0.isDraining }
        return chosen.map { ($0, LeavingWords($0, staying: staying)) }
    }

    /// Looks all of them up; each is there once, though it be named twice.
    func find(in known: [EngineStatus]) throws -> [EngineStatus] {
        var ids: Set<EngineID> = []
        return try engines.map { text in
            // A name may be shared by one that is gone; what is here comes first.
            let found = known.filter { UInt32(text) == $0.id.raw || $0.name == text }
            guard let engine = found.first(where: { $0.presence == "attached" }) ?? found.first else {
                let names = known.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
                throw CommandFailure(
                    .refused,
                    "there is no engine \(text); there \(known.isEmpty ? "is none at all" : "are \(names)")")
            }
            return engine
        }.filter { ids.insert($0.id).inserted }
    }
}

/// `tasks engine drain`.
struct EngineDrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Have engines finish what they run, take nothing new, and leave.")

    @OptionGroup var selection: EngineSelection
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let client = try await farm.connect()
        for (engine, words) in try await selection.tellToLeave(client, now: false) {
            Terminal.write(
                "engine \(engine.id) (\(engine.name)) leaves when it is idle; \(words.drained)\n")
        }
        await client.close()
    }
}

/// `tasks engine stop`.
struct EngineStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop engines at once; what they run goes back to the queue, free of charge.",
        discussion: """
            What runs in a lane is not run again: it fails, and what is queued behind it is cleared. The \
            other ranks of an engine's pool start anew, and so do the collective tasks that it took part in.
            """)

    @OptionGroup var selection: EngineSelection
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let client = try await farm.connect()
        for (engine, words) in try await selection.tellToLeave(client, now: true) {
            Terminal.write("engine \(engine.id) (\(engine.name)) is told to leave; \(words.stopped)\n")
        }
        await client.close()
    }
}
