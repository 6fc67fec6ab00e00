// What the whole farm has of something, as licenses. Of what is short, one class of tasks is kept as much as
// its next task needs, or tasks that need little would take each bit that comes free, without end; others may
// use what is left beside that. It is kept from turn to turn, until one of them is sent.
extension Scheduler {
    /// Whether the farm's limits let so many more of the class begin, beside what is kept for another.
    func fitLimits(_ number: Int32, times: UInt64 = 1, besideKept: Bool = true) -> Bool {
        classes[number].limits.allSatisfy { limit, amount in
            let (all, isOver) = amount.multipliedReportingOverflow(by: times)
            let kept = besideKept ? kept(of: limit, from: number) : 0
            let (sum, isPast) = all.addingReportingOverflow(limitsUsed[limit] &+ kept)
            return !isOver && !isPast && sum <= settings.limits[limit].amount
        }
    }

    /// What the class cannot have of the limit, because it is kept for another that goes before it.
    func kept(of limit: Int, from number: Int32) -> UInt64 {
        guard keptClass >= 0, number != keptClass, classes[number].priority <= keptPriority else { return 0 }
        return limitsKept[limit]
    }

    /// Whether the farm's limits are enough for so many of the class, when nobody else uses any.
    func isWithinLimits(_ number: Int32, times: UInt64) -> Bool {
        classes[number].limits.allSatisfy { $0.amount <= settings.limits[$0.limit].amount / max(1, times) }
    }

    /// The class is looked at for its tasks of this priority. True if nothing is kept from it any more, so
    /// that what was blocked is to be tried.
    mutating func visit(_ number: Int32, priority: Int32) -> Bool {
        let wasBelow = keptClass >= 0 && classes[number].priority <= keptPriority && priority > keptPriority
        if !classes[number].isBlocked || wasBelow { classes[number].priority = priority }
        return wasBelow && number != keptClass
    }

    /// No room for so many of the class: keeps what they need, or goes on keeping it, if the class goes
    /// before the one for which something is kept. Not for one that no engine here can run: others would
    /// stand still for nothing. One unit is not kept on while only an engine is wanting, either: whoever is
    /// first gets the next one anyway. True if it was kept for another so far.
    mutating func keepLimits(for number: Int32, times: UInt64) -> Bool {
        guard !classes[number].limits.isEmpty, isWithinLimits(number, times: times),
            !fitLimits(number, times: times)
                || number == keptClass && classes[number].limits.contains(where: { $0.amount &* times > 1 }),
            classes[number].isCollective || canRunSomewhere(number)
        else { return false }
        if classes[number].shortSince.isEmpty {
            classes[number].shortSince = classes[number].limits.map { limitsGiven[$0.limit] }
        }
        var wanted = [UInt64](repeating: 0, count: limitsKept.count)
        for (limit, amount) in classes[number].limits { wanted[limit] = amount &* times }
        let isTaken = keptClass >= 0 && number != keptClass
        if isTaken {
            // Once a turn: two that are each first in some way would take it from each other without end.
            guard classes[number].tookLimitsIn != dispatchTurns, goesBeforeKept(number, wanted) else {
                return false
            }
            classes[number].tookLimitsIn = dispatchTurns
        }
        // Others may have room beside what is less, or go before what is less urgent.
        if keptClass >= 0,
            isTaken || classes[number].priority < keptPriority
                || zip(wanted, limitsKept).contains(where: { $0 < $1 })
        {
            hasFreedLimits = true
        }
        keptClass = number
        keptPriority = classes[number].priority
        isKeptSought = true
        limitsKept = wanted
        return isTaken
    }

    /// By priority. Of the same priority, who is first in line. But others may be first in every turn: one
    /// that needs more goes before them when as much was given away since it came to want it.
    private func goesBeforeKept(_ number: Int32, _ wanted: [UInt64]) -> Bool {
        guard classes[number].priority == keptPriority else { return classes[number].priority > keptPriority }
        return isOverdue(number, wanted, beside: keptClass, limitsKept)
            || !isKeptSought && !isOverdue(keptClass, limitsKept, beside: number, wanted)
    }

    /// Of something that both want it needs more than the other, has wanted it no less long, and others were
    /// given as much of it since.
    private func isOverdue(
        _ number: Int32, _ wanted: [UInt64], beside other: Int32, _ others: [UInt64]
    ) -> Bool {
        zip(classes[number].limits, classes[number].shortSince).contains { need, since in
            let given = limitsGiven[need.limit] &- since
            guard others[need.limit] > 0, wanted[need.limit] > others[need.limit] else { return false }
            return given >= wanted[need.limit] && given >= givenSince(need.limit, short: other)
        }
    }

    /// What was given away of the limit since the class came to lack some.
    private func givenSince(_ limit: Int, short number: Int32) -> UInt64 {
        zip(classes[number].limits, classes[number].shortSince).first { $0.0.limit == limit }
            .map { limitsGiven[limit] &- $0.1 } ?? 0
    }

    /// Whether some engine that is here has what the class needs, whatever else it does.
    func canRunSomewhere(_ number: Int32) -> Bool {
        order.members.contains { canHold($0, number) && lasts($0, number) && admits(number, $0) }
    }

    /// Nothing is kept: whoever lacked it is tried again, and the next one chosen.
    mutating func letGoOfLimits() {
        keptClass = -1
        for limit in limitsKept.indices { limitsKept[limit] = 0 }
        hasFreedLimits = true
    }

    /// One of the class is sent, with all that it needs.
    mutating func giveLimits(to number: Int32) {
        for (limit, amount) in classes[number].limits { limitsGiven[limit] &+= amount }
        if !classes[number].shortSince.isEmpty { classes[number].shortSince = [] }
        if number == keptClass { letGoOfLimits() }
    }

    /// Before a dispatching: the class for which something is kept is to be met, or it wants nothing more.
    mutating func seekKept() {
        isKeptSought = false
        dispatchTurns += 1
        if keptClass >= 0, classes[keptClass].isBlocked { unblock(keptClass) }
    }

    /// All queues were looked at. True if something has come free that others may use.
    mutating func settleLimits() -> Bool {
        if keptClass >= 0, !isKeptSought { letGoOfLimits() }
        return hasFreedLimits && unblockLimited()
    }

    /// Brings back the classes that fit the limits now; all that need any, if nothing is kept: of those the
    /// next one is chosen. O(blocked classes). True if there was one.
    mutating func unblockLimited() -> Bool {
        hasFreedLimits = false
        let before = blockedClasses.count
        for place in blockedClasses.indices.reversed() {
            let number = blockedClasses[place].number
            guard !classes[number].limits.isEmpty, keptClass < 0 || fitLimits(number) else { continue }
            unblock(at: place)
        }
        let isBack = blockedClasses.count < before
        return bringBackLimited() || isBack
    }

    /// The same for queues that were set aside, as what goes before a waiting gang is.
    private mutating func bringBackLimited() -> Bool {
        let before = asideQueues.count
        var left: [(queue: Int32, generation: UInt32)] = []
        for entry in asideQueues where ready.queues.contains(entry.queue, generation: entry.generation) {
            let number = ready.queues[entry.queue].key.placement
            if !classes[number].limits.isEmpty, keptClass < 0 || fitLimits(number) {
                ready.queues[entry.queue].isParked = false
                ready.refresh(entry.queue)
            } else {
                left.append(entry)
            }
        }
        asideQueues = left
        return left.count < before
    }
}
