// The conditions that a group waits for, in a list through their own records: a group with one, as in a
// chain, costs no allocation for it.
extension Scheduler {
    /// Puts it before its group's others.
    mutating func addCondition(_ condition: Condition) -> Int32 {
        let slot = conditions.insert(condition)
        let next = groups[condition.group].lastCondition
        conditions[slot].next = next
        if next >= 0 { conditions[next].previous = slot }
        groups[condition.group].lastCondition = slot
        return slot
    }

    /// It is met.
    mutating func removeCondition(_ slot: Int32) {
        let (next, previous) = (conditions[slot].next, conditions[slot].previous)
        if next >= 0 { conditions[next].previous = previous }
        if previous >= 0 {
            conditions[previous].next = next
        } else {
            groups[conditions[slot].group].lastCondition = next
        }
        conditions.remove(slot)
    }

    /// Those of a group that are not met, in the order in which they were given.
    func conditions(of group: Int32) -> [Int32] {
        var slots: [Int32] = []
        var slot = groups[group].lastCondition
        while slot >= 0 {
            slots.append(slot)
            slot = conditions[slot].next
        }
        return slots.reversed()
    }
}
