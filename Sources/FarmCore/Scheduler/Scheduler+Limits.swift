// What the whole farm has of something, as licenses. Of what is short, the first in line is kept as much as
// it needs, or tasks that need little would take each bit that comes free, without end; what is left beside
// that others may use.
extension Scheduler {
    /// Whether the farm's limits let so many more of the class begin, beside what is kept for another.
    func fitLimits(_ number: Int32, times: UInt64 = 1) -> Bool {
        classes[number].limits.allSatisfy { limit, amount in
            let kept = number == keptClass ? 0 : limitsKept[limit]
            let (sum, isOver) = (limitsUsed[limit] &+ kept).addingReportingOverflow(amount &* times)
            return !isOver && sum <= settings.limits[limit].amount
        }
    }

    /// Whether the farm's limits are enough for so many of the class, when nobody else uses any.
    func isWithinLimits(_ number: Int32, times: UInt64) -> Bool {
        classes[number].limits.allSatisfy { $0.amount <= settings.limits[$0.limit].amount / max(1, times) }
    }

    /// Keeps what so many of the class need, unless something is kept for one that goes before it. One unit
    /// is not kept while only an engine is wanting: others would stand still for that, and whoever is first
    /// gets the next one anyway.
    mutating func keepLimits(for number: Int32, times: UInt64) {
        guard keptClass < 0, !classes[number].limits.isEmpty, isWithinLimits(number, times: times),
            classes[number].limits.contains(where: { $0.amount &* times > 1 })
                || !fitLimits(number, times: times)
        else { return }
        keptClass = number
        for (limit, amount) in classes[number].limits { limitsKept[limit] = amount &* times }
    }

    /// Before each dispatching: who is first by then is found anew. True if something was kept.
    mutating func keepLimitsNoMore() -> Bool {
        guard keptClass >= 0 else { return false }
        keptClass = -1
        for limit in limitsKept.indices { limitsKept[limit] = 0 }
        return true
    }
}
