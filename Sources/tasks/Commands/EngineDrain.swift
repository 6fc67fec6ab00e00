import ArgumentParser
import FarmTransport
import TaskFarm

/// Which engines a command is about.
struct EngineSelection: ParsableArguments {
    @Argument(help: "Engines, by number or name.")
    var engines: [String]

    /// Looks all of them up before anything is done to one.
    func find(_ client: TaskClient) async throws -> [EngineStatus] {
        let known = try await client.engines()
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
        }
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
        for engine in try await selection.find(client) {
            try await client.drain(engine.id)
            Terminal.write(
                "engine \(engine.id) (\(engine.name)) leaves when it is idle; \(LeavingWords(engine).drained)\n"
            )
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
        for engine in try await selection.find(client) {
            try await client.drain(engine.id, now: true)
            Terminal.write(
                "engine \(engine.id) (\(engine.name)) is told to leave; \(LeavingWords(engine).stopped)\n")
        }
        await client.close()
    }
}
