import FarmTransport

// What `tasks why` says of collective tasks.
extension QueryDesk {
    /// No pool has as many ranks as the task needs, nor may one that is expected back.
    func noPool(_ chances: [PoolChance]) -> String {
        guard !chances.isEmpty else {
            return "it is collective, and no pool is here: start engines that make one"
                + " (`tasks cluster start -n N --pool`), or cancel it"
        }
        return
            "no pool can run it: \(words(chances)); start a larger one (`tasks cluster start -n N --pool`), or"
            + " cancel it"
    }

    /// It waits for ranks that are busy, gone, or kept free for another.
    func words(_ place: QueuePlace, _ chances: [PoolChance]) -> String {
        var parts = ["in the queue: tasks ready: \(place.ready)"]
        if place.isOutranked { parts.append("some have a higher priority and go first") }
        parts.append(words(chances))
        return parts.joined(separator: "; ")
    }

    private func words(_ chances: [PoolChance]) -> String {
        let told = chances.prefix(3).map { words($0) }
        let more = chances.count - told.count
        return told.joined(separator: "; ") + (more > 0 ? "; and \(more) more pools" : "")
    }

    private func words(_ chance: PoolChance) -> String {
        let name = "pool \(chance.pool.description.prefix(8))"
        if chance.isTooSmall {
            return "\(name) has \(counted(Int(chance.size), "rank")), it needs \(chance.needed)"
        }
        if chance.here < chance.size {
            return
                "\(name): \(chance.here) of its \(chance.size) ranks are here, and it runs nothing collective"
                + " without all of them" + idleWords(chance)
        }
        if chance.able < chance.needed {
            return "\(name): \(chance.able) ranks have what it needs of each, it needs \(chance.needed)"
                + (chance.timeShortage.map { "; a rank \($0)" } ?? "")
        }
        var text = "\(name): \(chance.free) of \(chance.needed) ranks that it needs are free"
        if chance.free < chance.needed { text += idleWords(chance) }
        if let task = chance.keptFor {
            text += "; \(chance.kept) are kept free for \(task)"
            text += chance.keptUntil.map { ", which begins within \(left($0))" } ?? ""
        }
        return text
    }

    /// What a lost engine had, and what becomes of it.
    func words(_ attempts: GivenUpAttempts) -> String {
        var words = "; attempts queued again: \(attempts.ordinary)"
        if attempts.inLanes > 0 {
            words += "; tasks of its lanes, where nothing runs twice, that have failed: \(attempts.inLanes)"
        }
        if attempts.ranks > 0 { words += "; collective tasks that had a rank there: \(attempts.ranks)" }
        return words
    }

    /// `rank 2 (engine 5, p1r2) was stopped`.
    private func words(_ rank: IdleRank) -> String {
        let engine = rank.engine == .none ? "" : " (engine \(rank.engine), \(rank.name))"
        let trouble =
            switch rank.trouble {
            case .neverCame: "has not come"
            case .stopped: "was stopped"
            case .left: "has left: it was drained, or stopped on its host"
            case .draining: "is draining"
            case .startsAnew: "starts anew"
            case .quarantined: "is quarantined"
            case .notHere(let presence): presence == "joining" ? "is joining" : "is not here (\(presence))"
            }
        return "rank \(rank.rank)\(engine) \(trouble)"
    }

    /// Which of its ranks take nothing, and what to do about those that do not come back by themselves.
    private func idleWords(_ chance: PoolChance) -> String {
        guard !chance.idle.isEmpty else { return "" }
        let more = chance.idleCount - chance.idle.count
        var text = ": " + chance.idle.map { words($0) }.joined(separator: ", ")
        if more > 0 { text += " and \(more) more" }
        let gone = chance.idle.first { [.neverCame, .stopped, .left, .draining].contains($0.trouble) }
        guard let gone else { return text }
        return text + "; start that rank where it belongs (`tasks engine start --pool"
            + " \(chance.pool):\(gone.rank)/\(chance.size)`), or the whole pool anew"
            + " (`tasks cluster start -n \(chance.size) --pool`)"
    }

    func list(_ engines: [EngineID]) -> String {
        let told = engines.prefix(8).map(\.description).joined(separator: ", ")
        return engines.count > 8 ? "\(told) and \(engines.count - 8) more" : told
    }
}
