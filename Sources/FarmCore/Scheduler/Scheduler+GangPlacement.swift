// Where a collective task goes: to as many ranks of one pool as it needs, all of which have room in the same
// turn, or nowhere. The first in line that has no room keeps ranks free, or narrow tasks would take whatever
// comes free, without end; others go there only if they end before it could begin (conformance 57).
extension Scheduler {
    /// The engines of the ranks that the group's next task goes to are put into `seats`; returns the first of
    /// them, or nil if no pool has room now. O(engines of pools).
    mutating func placeGang(
        _ group: Int32, _ number: Int32, task: TaskID, bytes: UInt32, at now: Instant,
        into actions: inout SchedulerActions
    ) -> Int32? {
        seats = freeSeats(number, bytes: bytes, lasting: longest(of: group))
        if let first = seats.first { return first }
        // Only the bytes of its payload are too many now: others of its class may go.
        if bytes > 0, !freeSeats(number, bytes: 0, lasting: longest(of: group)).isEmpty {
            if number == keptClass { isKeptSought = true }
            return nil
        }
        block(number, depth: 0)
        if !hold.isOn || hold.isOpen { keepRanks(for: number, task, at: now, into: &actions) }
        // What it waits for in another pool than those that are kept for it may be another number of ranks.
        if hold.task == task, hold.number == number, !hold.engines.isEmpty {
            let count = UInt64(hold.engines.count)
            _ = keepLimits(for: number, times: count)
            // Ranks that stand still for a gang whose limits are another's could be what that one waits for.
            if keptClass != number, !fitLimits(number, times: count) { releaseHold() }
        }
        return nil
    }

    /// Engines with room for a task of the class, by rank; empty if no pool has enough of them. Of several
    /// pools that which has least left then. `lasting`: nanoseconds after which the task has surely ended,
    /// or 0.
    func freeSeats(_ number: Int32, bytes: UInt32, lasting: Int64 = 0) -> [Int32] {
        var best: [Int32] = []
        var wanted = 0
        for pool in pools.slots {
            let count = ranks(of: number, in: pool)
            guard count <= pools[pool].seats.count, fitLimits(number, times: UInt64(count)), isWhole(pool)
            else { continue }
            let free = pools[pool].seats.filter {
                engines[$0].mayTake && suits($0, number) && fitsNow($0, number)
                    && hasRoom($0, number, depth: 0, bytes: bytes) && !holdsRank($0)
                    && (mayUse($0, number) || mayBackfill($0, lasting))
            }
            guard free.count >= count, best.isEmpty || free.count - count < best.count - wanted else {
                continue
            }
            best = free
            wanted = count
        }
        guard best.count > wanted else { return best }
        let avoided = classes[number].placement.avoided
        let chosen = best.sorted { one, other in
            let isAvoided = (
                avoided.contains(engines[one].id.raw), avoided.contains(engines[other].id.raw)
            )
            if isAvoided.0 != isAvoided.1 { return isAvoided.1 }
            let loads = (order.key(of: one).load, order.key(of: other).load)
            return loads.0 != loads.1 ? loads.0 < loads.1 : poolRank(one) < poolRank(other)
        }
        return chosen.prefix(wanted).sorted { poolRank($0) < poolRank($1) }
    }

    func poolRank(_ engine: Int32) -> UInt32 { engines[engine].info.pool?.rank ?? 0 }

    // MARK: Keeping ranks free

    /// Lets what goes before the gang use what is kept free, if it can begin there at once.
    mutating func openHold() {
        guard hold.isOn else { return }
        hold.isOpen = true
        hold.window = 0
        for engine in hold.engines where engines.contains(engine) { markDirty(engine) }
    }

    /// The gang's turn has not come, or it is gone.
    mutating func closeHold() {
        guard hold.isOpen else { return }
        releaseHold()
    }

    private mutating func releaseHold() {
        for engine in hold.engines where engines.contains(engine) && engines[engine].isKept {
            engines[engine].isKept = false
            markDirty(engine)
        }
        hold.engines.removeAll(keepingCapacity: true)
        hold.until = .never
        hold.window = 0
        hold.passed = 0
        hold.isOpen = false
    }

    /// Keeps free the ranks of the pool that has enough of them soonest, and calls back what waits there.
    private mutating func keepRanks(
        for number: Int32, _ task: TaskID, at now: Instant, into actions: inout SchedulerActions
    ) {
        releaseHold()
        var chosen: [Int32] = []
        var chosenPool: Int32 = -1
        var soonest = Instant.never
        for pool in pools.slots {
            let count = ranks(of: number, in: pool)
            guard count <= pools[pool].seats.count, isWithinLimits(number, times: UInt64(count)),
                isWhole(pool)
            else { continue }
            let able = pools[pool].seats.filter { engines[$0].mayTake && suits($0, number) }
            guard able.count >= count else { continue }
            let ends = able.map { (engine: $0, at: freeAt($0, number, isLikely: true, now)) }
                .sorted { $0.at != $1.at ? $0.at < $1.at : poolRank($0.engine) < poolRank($1.engine) }
                .prefix(count)
            let end = ends.last?.at ?? .never
            let isSame = hold.task == task && hold.pool == pool
            guard isSame || chosen.isEmpty || end < soonest else { continue }
            // Kept free for what it has no time for, they would stand still for nothing.
            let begins = end == .never ? now : end
            guard ends.allSatisfy({ lasts($0.engine, number, from: begins) }) else { continue }
            chosen = ends.map(\.engine)
            chosenPool = pool
            soonest = end
            if isSame { break }
        }
        guard !chosen.isEmpty else { return }
        hold.task = task
        hold.number = number
        hold.pool = chosenPool
        hold.engines = chosen
        hold.until = chosen.reduce(now) { max($0, freeAt($1, number, isLikely: false, now)) }
        hold.window = hold.until == .never ? 0 : hold.until - now
        for engine in chosen {
            engines[engine].isKept = true
            callBackWaiting(at: engine, into: &actions)
        }
    }

    /// Calls back what the engine cannot have begun.
    private mutating func callBackWaiting(at engine: Int32, into actions: inout SchedulerActions) {
        let waiting = waiting(at: engine)
        var left = waiting - min(waiting, engines[engine].recallsPending)
        var slot = engines[engine].tail
        while slot >= 0, left > 0 {
            if mayRecall(slot) {
                statistics.recalls += 1
                left -= 1
                callBack(slot, into: &actions)
            }
            slot = live[slot].previous
        }
    }

    /// When the engine has room for a rank of the class; `never` if nobody can tell. `isLikely`: by what such
    /// tasks took before, else only by what is promised of them. What waits there is called back.
    private func freeAt(_ engine: Int32, _ number: Int32, isLikely: Bool, _ now: Instant) -> Instant {
        let isFree = fitsNow(engine, number)
        if isFree, !holdsRank(engine) { return now }
        let record = engines[engine]
        let needs = classes[number].placement.needs
        var attempts: [(end: Instant, slot: Int32)] = []
        var rankEnd = now
        var position: UInt32 = 0
        var slot = record.head
        while slot >= 0 {
            defer { slot = live[slot].next }
            // Those in lanes are beside its slots.
            guard groups[live[slot].group].lane < 0 else { continue }
            if position < record.info.slots || live[slot].state == .running {
                let end = end(of: slot, isLikely: isLikely, now)
                attempts.append((end, slot))
                if live[slot].flags.contains(.rank) { rankEnd = max(rankEnd, end) }
            }
            position += 1
        }
        if isFree { return rankEnd }
        attempts.sort { $0.end < $1.end }
        var slots = attempts.count + 1 - Int(record.info.slots)
        var cpus = Int64(needs.cpus) - Int64(record.info.cpus)
        var memory = Int64(needs.memoryBytes) - Int64(clamping: record.info.memoryBytes)
        var gpus = Int64(needs.gpus) - Int64(record.info.gpus)
        for attempt in attempts {
            let taken = classes[placement(of: attempt.slot)].placement.needs
            cpus += Int64(taken.cpus)
            memory += Int64(taken.memoryBytes)
            gpus += Int64(taken.gpus)
        }
        // What else has a name is told apart no further: then all have to end.
        let isNamed = lacks(engine, number).contains(.named)
        for (index, attempt) in attempts.enumerated() {
            slots -= 1
            let taken = classes[placement(of: attempt.slot)].placement.needs
            cpus -= Int64(taken.cpus)
            memory -= Int64(taken.memoryBytes)
            gpus -= Int64(taken.gpus)
            if slots <= 0, cpus <= 0, memory <= 0 || needs.memoryBytes == 0, gpus <= 0 || needs.gpus == 0,
                !isNamed || index == attempts.count - 1
            {
                return max(attempt.end, rankEnd)
            }
        }
        return max(attempts.last?.end ?? now, rankEnd)
    }

    /// When the attempt will have ended; `never` if nobody can tell.
    private func end(of slot: Int32, isLikely: Bool, _ now: Instant) -> Instant {
        let group = live[slot].group
        var length = longest(of: group)
        if length == 0, isLikely { length = groups[group].meanNanoseconds }
        guard length > 0, live[slot].sentAt != .zero else { return .never }
        return max(now, live[slot].sentAt + length)
    }

    // MARK: Backfill

    private func mayBackfill(_ engine: Int32, _ nanoseconds: Int64) -> Bool {
        engines[engine].isKept && engine != reserved && nanoseconds > 0 && nanoseconds <= hold.window
    }

    /// An engine that is kept free, for a task that ends in time; nil if there is none with room.
    func backfill(_ group: Int32, _ number: Int32, bytes: UInt32) -> Int32? {
        let length = longest(of: group)
        guard length > 0, length <= hold.window, fitLimits(number) else { return nil }
        return hold.engines.first {
            mayBackfill($0, length) && engines[$0].mayTake && admits(number, $0) && fitsNow($0, number)
                && hasRoom($0, number, depth: 0, bytes: bytes)
        }
    }

    /// Whether a shorter task of the class might go to an engine that is kept free: then the class is not
    /// blocked for this one, a few times a turn.
    mutating func passesForBackfill(_ number: Int32) -> Bool {
        guard hold.window > 0, hold.passed < Self.mostPassedForBackfill,
            hold.engines.contains(where: { fitsNow($0, number) })
        else { return false }
        hold.passed += 1
        return true
    }

    private static let mostPassedForBackfill = 16
}
