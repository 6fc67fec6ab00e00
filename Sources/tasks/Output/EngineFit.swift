import TaskFarm

/// Whether a farm's engines could ever run a task, whatever else they do at the moment.
struct EngineFit {
    let engines: [EngineStatus]
    private let limits: [FarmStatus.Limit]

    /// Asks the farm.
    init(_ farm: TaskClient) async throws {
        engines = try await farm.engines().filter { !$0.isDraining }
        limits = try await farm.queueStatus().limits
    }

    /// Why none could, in the words of `tasks why`; nil if one could, or there is none at all.
    func unmet(_ policy: TaskPolicy) -> String? {
        let needs = policy.needs
        for need in needs.named {
            guard let limit = limits.first(where: { $0.name == need.name }), limit.of < need.amount else {
                continue
            }
            return "it needs \(need.amount) of the farm's \(need.name), and there are \(limit.of)"
        }
        let named = needs.named.filter { need in !limits.contains { $0.name == need.name } }
        if engines.isEmpty { return nil }
        let objections = engines.map { objection(to: $0, policy, named) }
        let able = zip(engines, objections).filter { $1 == nil }.map(\.0)
        if let ranks = policy.collective { return noPool(able, ranks) }
        guard able.isEmpty else { return nil }
        let told = zip(engines, objections).prefix(3).map { "engine \($0.id) (\($0.name)) \($1 ?? "")" }
        let more = engines.count - told.count
        return told.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }

    private func objection(
        to engine: EngineStatus, _ policy: TaskPolicy, _ named: [NamedAmount]
    ) -> String? {
        let info = EngineInfo(
            key: UniqueKey(high: 0, low: 0), name: engine.name, slots: UInt32(clamping: engine.slots),
            cpus: UInt32(clamping: engine.cpus), tags: engine.tags, memoryBytes: engine.memoryBytes,
            gpus: UInt32(clamping: engine.gpus), named: engine.named.map { NamedAmount($0.key, $0.value) })
        if !info.isTarget(of: policy.targets, id: engine.id) { return "is none of its targets" }
        if let words = policy.needs.missingTags(of: info) { return words }
        let words = policy.needs.shortfalls(of: info, named: named)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    private func noPool(_ able: [EngineStatus], _ ranks: UInt32) -> String? {
        let pools = Dictionary(grouping: able.compactMap(\.pool)) { $0.key }
        let fits = pools.values.contains { seats in
            seats.count >= (ranks == 0 ? seats[0].size : Int(ranks))
        }
        if fits { return nil }
        return "no pool has \(ranks == 0 ? "all of its ranks" : "\(ranks) ranks") that could run it"
    }
}
