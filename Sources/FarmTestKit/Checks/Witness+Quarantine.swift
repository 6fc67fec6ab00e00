// Engines on which too much failed get nothing for a while, and then one task, to see how that goes.
extension Witness {
    func quarantined(_ engine: EngineID) { quarantines[engine.raw, default: 0] += 1 }

    func wasQuarantined(_ engine: UInt32) -> Bool { quarantines[engine] != nil }

    /// Failures that may have cost nothing, for their engine was quarantined.
    func free(_ used: WitnessedJob.Spent) -> UInt32 {
        used.failedAt.reduce(0) { $0 + min(1, quarantines[$1] ?? 0) }
    }

    /// What the controller holds against an engine.
    struct Suspicion: Equatable {
        var until: Instant
        var isOnTrial: Bool
    }

    /// What is in a lane can go nowhere else.
    func checkSuspicion(_ sent: SentDispatch) {
        let task = sent.entry.name.task
        guard let suspicion = suspects[sent.engine.raw], lane(of: task) == nil else { return }
        let name = infos[sent.engineKey]?.name ?? "an engine"
        guard suspicion.isOnTrial else {
            return fault("task \(task) was sent to \(name), which is quarantined")
        }
        let others = out.values.joined().filter { $0.key == sent.engineKey && !$0.isInLane }
        guard let other = others.first(where: { $0.name != sent.entry.name }) else { return }
        fault("task \(task) was sent to \(name), which is on trial with \(other.name.short)")
    }
}
