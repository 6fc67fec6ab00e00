import FarmTransport

// What `tasks why` says, from the scheduler's reason: what it waits for, and what to do if that is for
// somebody to do.
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
        case .limit(let name, let used, let limit, let needed, let kept):
            needed > limit
                ? "it needs \(needed) of the farm's \(name), and there \(limit == 1 ? "is" : "are") only \(limit) since the controller was"
                    + " started again: cancel it, or start the controller with --limit \(name)=\(needed)"
                : "the farm's limit: \(used) of \(limit) \(name) are in use"
                    + (kept > 0 ? ", \(kept) are kept for a task that goes first" : "")
                    + ", it needs \(needed); it goes when enough is free"
        case .noEngines: "no engine is here; \(pendingWords ?? "start one with `tasks engine start`")"
        case .enginesJoining:
            "engines have just come, and get tasks when the ledger has recorded them"
                + (ledger.trouble.map { "; it cannot: \($0)" } ?? "")
        case .noEngineCan(let objections): noEngine(objections)
        case .queued(let place, let objections): words(place, objections)
        case .inLane(let place): words(place)
        case .noPoolCan(let chances): noPool(chances) + (pendingWords.map { "; \($0)" } ?? "")
        case .waitsForRanks(let place, let chances): words(place, chances)
        case .atRanks(let engines, let count, let attempt):
            "attempt \(attempt) is at \(counted(count, "rank")); \(engines.count) of them have not ended: engine"
                + "\(engines.count == 1 ? "" : "s") \(list(engines))"
        case .atEngine(let id, let name, let attempt, let copy):
            "attempt \(attempt) is at engine \(id) (\(name))"
                + (copy.map {
                    "; it takes long, and a copy of it, attempt \($0.attempt), is at engine \($0.engine)"
                } ?? "")
        case .cancelling(let id, let name): "engine \(id) (\(name)) was told to stop it"
        case .ended(let state): "ended: \(state.word)"
        }
    }

    /// Whoever comes back by itself is only waited for.
    private func noEngine(_ objections: [EngineObjection]) -> String {
        let mayPass = objections.contains { $0.until != nil || $0.objection == "is joining" }
        let pending = pendingWords
        let advice =
            pending.map { "; \($0)" }
            ?? (mayPass ? "" : "; start one that can (`tasks engine start`), or cancel it (`tasks cancel`)")
        return "no engine can take it\(mayPass ? " now" : ""): \(words(objections))\(advice)"
    }

    /// `350 ms`, `12 s`, `34 min`, `5 h`, `3 d`: how long from now, rounded up.
    func left(_ until: Instant) -> String {
        let milliseconds = max(0, until - node.now + 999_999) / 1_000_000
        let units: [(Int64, String, Int64)] = [
            (1, "ms", 1_000), (1_000, "s", 120_000), (60_000, "min", 7_200_000),
            (3_600_000, "h", 172_800_000),
        ]
        let (size, word, _) = units.first { milliseconds < $0.2 } ?? (86_400_000, "d", 0)
        return "\((milliseconds + size - 1) / size) \(word)"
    }

    private func words(_ place: QueuePlace, _ objections: [EngineObjection]) -> String {
        var parts = ["in the queue: tasks ready: \(place.ready)"]
        if place.isOutranked { parts.append("some have a higher priority and go first") }
        if place.before > 0 { parts.append("of its own job \(place.before) go before it") }
        if place.otherOwners > 0 {
            parts.append("it takes turns with \(counted(place.otherOwners, "other owner"))")
        }
        if place.otherJobs > 0 {
            parts.append("it takes turns with \(counted(place.otherJobs, "other job"))")
        }
        if !objections.isEmpty { parts.append(words(objections)) }
        return parts.joined(separator: "; ")
    }

    func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// The first few; those with the same words together.
    private func words(_ objections: [EngineObjection]) -> String {
        var groups: [(words: String, engines: [String])] = []
        for objection in objections {
            let engine = "\(objection.id) (\(objection.name))"
            let words = objection.objection + (objection.until.map { " for \(left($0)) more" } ?? "")
            if let known = groups.firstIndex(where: { $0.words == words }) {
                groups[known].engines.append(engine)
            } else {
                groups.append((words, [engine]))
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
