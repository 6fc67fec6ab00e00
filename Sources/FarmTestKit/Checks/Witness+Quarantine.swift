// Engines on which too much failed get nothing for a while, and then one task, to see how that goes.
extension Witness {
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
