import FarmTransport

// What `tasks why` says, from the scheduler's reason.
extension QueryDesk {
    func words(_ reason: WaitReason) -> String {
        switch reason {
        case .dependencies(let unmet): "waits for dependencies: \(unmet.joined(separator: "; "))"
        case .heldForRecovery(let until):
            "held after the controller's restart until its engines are back, at most \(left(until))"
        case .delayed(let until): "waits for its next try, in \(left(until))"
        case .paused(let job?): "job \(job) is paused; `tasks resume \(job)` goes on with it"
        case .paused(nil): "the farm is paused; `tasks resume --all` goes on"
        case .braked(let brake): "held back by \(brake)"
        case .limit(let name, let used, let limit, let needed):
            "the farm's limit: \(used) of \(limit) \(name) are in use, it needs \(needed)"
        case .noEngines: "no engine is here; start one with `tasks engine start`"
        case .enginesJoining:
            "engines have just come, and get tasks when the ledger has recorded them"
                + (ledger.trouble.map { "; it cannot: \($0)" } ?? "")
        case .noEngineCan(let objections): "no engine can take it: \(words(objections))"
        case .queued(let place, let objections): words(place, objections)
        case .atEngine(let id, let name, let attempt): "attempt \(attempt) is at engine \(id) (\(name))"
        case .cancelling(let id, let name): "engine \(id) (\(name)) was told to stop it"
        case .ended(let state): "ended: \(state.word)"
        }
    }

    private func left(_ until: Instant) -> String { "\(max(0, until - node.now) / 1_000_000) ms" }

    private func words(_ place: QueuePlace, _ objections: [EngineObjection]) -> String {
        var parts = ["in the queue: tasks ready: \(place.ready)"]
        if place.isOutranked { parts.append("some have a higher priority") }
        if place.before > 0 { parts.append("of its own job \(place.before) go before it") }
        if place.otherOwners > 0 { parts.append("it takes turns with \(place.otherOwners) other owners") }
        if place.otherJobs > 0 { parts.append("it takes turns with \(place.otherJobs) other jobs") }
        if !objections.isEmpty { parts.append(words(objections)) }
        return parts.joined(separator: "; ")
    }

    /// The first few; those with the same words together.
    private func words(_ objections: [EngineObjection]) -> String {
        var groups: [(words: String, engines: [String])] = []
        for objection in objections {
            let engine = "\(objection.id) (\(objection.name))"
            if let known = groups.firstIndex(where: { $0.words == objection.objection }) {
                groups[known].engines.append(engine)
            } else {
                groups.append((objection.objection, [engine]))
            }
        }
        let told = groups.prefix(5).map { words, engines in
            let rest = engines.count > 3 ? " and \(engines.count - 3) more" : ""
            let names = engines.prefix(3).joined(separator: ", ")
            return "engine\(engines.count > 1 ? "s" : "") \(names)\(rest): \(words)"
        }
        let more = groups.count - told.count
        return told.joined(separator: "; ") + (more > 0 ? "; and \(more) more reasons" : "")
    }
}
