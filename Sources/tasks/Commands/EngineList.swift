import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks engine list`.
struct EngineList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the farm's engines: what they have, and what of it is taken.")

    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let client = try await farm.connect()
        let engines = try await client.engines()
        await client.close()
        format.output == .table
            ? Self.forPeople(engines).write(.table) : Self.forPrograms(engines).write(format.output)
    }

    private static let first: [Table.Column] = [
        .init("id", isNumber: true), .init("name"), .init("pid", isNumber: true), .init("host"),
        .init("slots", isNumber: true), .init("load", isNumber: true),
    ]

    private static func cells(_ engine: EngineStatus) -> [JSONValue] {
        [
            .whole(engine.id.raw), .string(engine.name), .whole(engine.pid), .string(engine.host),
            .whole(engine.slots), .whole(engine.load),
        ]
    }

    /// Columns for what no engine has are left out. `3/8`: three of eight are taken; of ranks it is the
    /// fourth of eight.
    private static func forPeople(_ engines: [EngineStatus]) -> Table {
        let hasMemory = engines.contains { $0.memoryBytes > 0 }
        let hasGPUs = engines.contains { $0.gpus > 0 }
        let names = Set(engines.flatMap(\.named.keys)).sorted()
        let hasTags = engines.contains { !$0.tags.isEmpty }
        let hasEnds = engines.contains { $0.until != nil }
        let hasPools = engines.contains { $0.pool != nil }
        var table = Table(first + [.init("cpus", isNumber: true)])
        if hasMemory { table.columns.append(.init("memory", "memory/MiB", isNumber: true)) }
        if hasGPUs { table.columns.append(.init("gpus", isNumber: true)) }
        table.columns += names.map { .init($0, isNumber: true) }
        if hasTags { table.columns.append(.init("tags")) }
        if hasEnds { table.columns.append(.init("until")) }
        if hasPools { table.columns += [.init("pool"), .init("rank", isNumber: true)] }
        table.columns += [.init("ended", isNumber: true), .init("state")]
        for engine in engines {
            var cells = cells(engine)
            func add(_ used: some BinaryInteger, _ all: some BinaryInteger) {
                cells.append(.string(all > 0 ? "\(used)/\(all)" : "-"))
            }
            add(engine.committed.cpus, engine.cpus)
            if hasMemory { add(engine.committed.memory >> 20, engine.memoryBytes >> 20) }
            if hasGPUs { add(engine.committed.gpus, engine.gpus) }
            for name in names { add(engine.committed.named[name] ?? 0, engine.named[name] ?? 0) }
            if hasTags { cells.append(.string(engine.tags.joined(separator: ","))) }
            if hasEnds { cells.append(.string(engine.until.map { Moment.local($0) } ?? "-")) }
            if hasPools {
                cells.append(.string(engine.pool.map { String($0.key.prefix(8)) } ?? "-"))
                cells.append(.string(engine.pool.map { "\($0.rank)/\($0.size)" } ?? "-"))
            }
            table.rows.append(cells + [.whole(engine.endedCount), .string(engine.stateWords)])
        }
        return table
    }

    private static func forPrograms(_ engines: [EngineStatus]) -> Table {
        var table = Table(
            first + [
                .init("cpus"), .init("memory"), .init("gpus"), .init("named"), .init("tags"),
                .init("committed"), .init("ended"), .init("state"), .init("quarantined_until"),
                .init("probing"), .init("lanes"), .init("pool"), .init("until"),
            ])
        for engine in engines {
            let committed = engine.committed
            table.rows.append(
                cells(engine) + [
                    .whole(engine.cpus), .whole(engine.memoryBytes), .whole(engine.gpus),
                    amounts(engine.named), .array(engine.tags.map { .string($0) }),
                    .object([
                        JSONMember("cpus", .whole(committed.cpus)),
                        JSONMember("memory", .whole(committed.memory)),
                        JSONMember("gpus", .whole(committed.gpus)),
                        JSONMember("named", amounts(committed.named)),
                    ]),
                    .whole(engine.endedCount), .string(engine.stateWords),
                    engine.quarantinedUntil.map { .string(Moment.utc($0)) } ?? .null,
                    .bool(engine.isProbing),
                    .array(
                        engine.lanes.map { lane in
                            .object([
                                JSONMember("name", .string(lane.name)),
                                JSONMember("running", .whole(lane.running)),
                                JSONMember("queued", .whole(lane.queued)),
                            ])
                        }),
                    engine.pool.map(pool) ?? .null,
                    engine.until.map { .string(Moment.utc($0)) } ?? .null,
                ])
        }
        return table
    }

    private static func pool(_ pool: EngineStatus.Pool) -> JSONValue {
        .object([
            JSONMember("key", .string(pool.key)), JSONMember("rank", .whole(pool.rank)),
            JSONMember("size", .whole(pool.size)),
        ])
    }

    private static func amounts(_ named: [String: UInt64]) -> JSONValue {
        .object(named.sorted { $0.key < $1.key }.map { JSONMember($0.key, .whole($0.value)) })
    }
}

extension EngineStatus {
    /// `attached`, `attached, draining`, `attached, quarantined until 2026-11-23 04:05:06`.
    var stateWords: String {
        var words = presence
        if isDraining { words += ", draining" }
        if isProbing {
            words += ", on trial"
        } else if let quarantinedUntil {
            words += ", quarantined until \(Moment.local(quarantinedUntil))"
        }
        return words
    }
}
