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
                + " without all of them"
        }
        if chance.able < chance.needed {
            return "\(name): \(chance.able) ranks have what it needs of each, it needs \(chance.needed)"
        }
        var text = "\(name): \(chance.free) of \(chance.needed) ranks that it needs are free"
        if let task = chance.keptFor {
            text += "; \(chance.kept) are kept free for \(task)"
            text += chance.keptUntil.map { ", which begins within \(left($0))" } ?? ""
        }
        return text
    }

    func list(_ engines: [EngineID]) -> String {
        let told = engines.prefix(8).map(\.description).joined(separator: ", ")
        return engines.count > 8 ? "\(told) and \(engines.count - 8) more" : told
    }
}
