import FarmTemplate
import FarmTransport

extension QueryDesk {
    func engines() -> JSONValue {
        let list = node.scheduler.engineSummaries.map { engine -> JSONValue in
            let tasks = node.scheduler.attempts(atEngine: engine.id).prefix(1_000)
            let facts: [JSONMember] = [
                JSONMember("id", .whole(engine.id.raw)), JSONMember("name", .string(engine.info.name)),
                JSONMember("host", .string(engine.info.host)), JSONMember("pid", .whole(engine.info.pid)),
                JSONMember("slots", .whole(engine.info.slots)), JSONMember("cpus", .whole(engine.info.cpus)),
                JSONMember("memory", .whole(engine.info.memoryBytes)),
                JSONMember("gpus", .whole(engine.info.gpus)),
                JSONMember("named", json(engine.info.named)),
                JSONMember("tags", .array(engine.info.tags.map { .string($0) })),
                JSONMember(
                    "committed",
                    .object([
                        JSONMember("cpus", .whole(engine.cpusCommitted)),
                        JSONMember("memory", .whole(engine.memoryCommitted)),
                        JSONMember("gpus", .whole(engine.gpusCommitted)),
                        JSONMember("named", json(engine.namedCommitted)),
                    ])),
                JSONMember("load", .whole(engine.outstanding)),
                JSONMember("presence", .string(engine.presence)),
                JSONMember("draining", .bool(engine.isDraining)),
                JSONMember("quarantined_until", .whole(engine.quarantinedUntil?.nanoseconds ?? 0)),
                JSONMember("probing", .bool(engine.isProbing)),
                JSONMember(
                    "until", .whole(engine.info.until == .never ? 0 : engine.info.until.nanoseconds)),
                JSONMember("ended", .whole(engine.tasksEnded)),
                JSONMember(
                    "lanes",
                    .array(
                        engine.lanes.map { lane in
                            .object([
                                JSONMember("name", .string(lane.name)),
                                JSONMember("running", .whole(lane.running)),
                                JSONMember("queued", .whole(lane.queued)),
                            ])
                        })),
                JSONMember("tasks", .array(tasks.map { .string($0.task.description) })),
            ]
            return .object(facts + seat(engine.info.pool, ranks: engine.ranks))
        }
        return .object([JSONMember("engines", .array(list))])
    }

    /// Their numbers alone: what has to be known before a command to some of them, and is asked each time.
    func engineIDs() -> JSONValue {
        var (attached, others): ([JSONValue], [JSONValue]) = ([], [])
        for engine in node.scheduler.engineSummaries {
            if engine.presence == "attached" {
                attached.append(.whole(engine.id.raw))
            } else {
                others.append(.whole(engine.id.raw))
            }
        }
        return .object([JSONMember("attached", .array(attached)), JSONMember("others", .array(others))])
    }

    /// Of a rank of a pool only.
    private func seat(_ seat: PoolSeat?, ranks: UInt32) -> [JSONMember] {
        guard let seat else { return [] }
        let members = [
            JSONMember("key", .string(seat.key.description)), JSONMember("rank", .whole(seat.rank)),
            JSONMember("size", .whole(seat.size)),
        ]
        return [JSONMember("pool", .object(members)), JSONMember("ranks", .whole(ranks))]
    }

    func json(_ amounts: [NamedAmount]) -> JSONValue {
        .object(amounts.map { JSONMember($0.name, .whole($0.amount)) })
    }

    func json(_ brake: BrakeSummary) -> JSONValue {
        let stop: JSONValue =
            switch brake.stop {
            case nil: .null
            case .canary: .string("canary")
            case .failures: .string("max-failures")
            }
        return .object([
            JSONMember("group", brake.group.map { .whole($0) } ?? .null),
            JSONMember("max_running", .whole(brake.brake.maxRunning)),
            JSONMember("max_failures", words(brake.brake.maxFailures).map { .string($0) } ?? .null),
            JSONMember("canary", .whole(brake.brake.canary)),
            JSONMember("running", .whole(brake.running)), JSONMember("succeeded", .whole(brake.succeeded)),
            JSONMember("failed", .whole(brake.failed)), JSONMember("of", .whole(brake.total)),
            JSONMember(
                "allowed", brake.brake.maxFailures.allowed(of: brake.total).map { .whole($0) } ?? .null),
            JSONMember("stopped", stop),
        ])
    }

    /// As it stands in a batch file: `5`, `2.5%`; nil for none.
    private func words(_ limit: Brake.FailureLimit) -> String? {
        switch limit {
        case .none: return nil
        case .count(let count): return "\(count)"
        case .share(let share):
            let whole = share / 100
            let rest = share % 100
            guard rest > 0 else { return "\(whole)%" }
            let digits = rest % 10 == 0 ? "\(rest / 10)" : (rest < 10 ? "0\(rest)" : "\(rest)")
            return "\(whole).\(digits)%"
        }
    }
}
