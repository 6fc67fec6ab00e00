// What watches a group's counters, in a list through its own records: a group that one other waits for, as in
// a chain, costs no allocation for it.
extension Scheduler {
    /// Has the condition watch all tasks of the group, those that have ended included.
    mutating func watch(_ group: Int32, for ref: ConditionRef) {
        guard conditions.contains(ref.slot, generation: ref.generation) else { return }
        var watch = Watch(condition: ref, next: groups[group].lastWatch)
        look(&watch, at: group)
        groups[group].lastWatch = watches.insert(watch)
        setWakes(group, watch)
    }

    /// Brings what the watch has seen up to date with the group's counters.
    private mutating func look(_ watch: inout Watch, at group: Int32) {
        let slot = watch.condition.slot
        let hits: UInt32
        let misses: UInt32
        switch conditions[slot].when {
        case .succeeded: (hits, misses) = (groups[group].succeeded, groups[group].failedCount)
        case .failed: (hits, misses) = (groups[group].failedCount, groups[group].succeeded)
        case .ended: (hits, misses) = (groups[group].ended, 0)
        }
        conditions[slot].total += UInt64(groups[group].count - watch.seenCount)
        conditions[slot].hits += UInt64(hits - watch.seenHits)
        conditions[slot].misses += UInt64(misses - watch.seenMisses)
        if misses > 0, conditions[slot].missRoot == nil {
            conditions[slot].missRoot =
                conditions[slot].when == .succeeded
                ? groups[group].firstFailure : groups[group].firstSuccess(in: jobs[groups[group].job].id)
        }
        watch.seenCount = groups[group].count
        watch.seenHits = hits
        watch.seenMisses = misses
    }

    /// Lowers the group's wake numbers to where this watch has to be looked at again.
    private mutating func setWakes(_ group: Int32, _ watch: Watch) {
        let condition = conditions[watch.condition.slot]
        var nextHit = watch.seenHits &+ 1
        var nextMiss = watch.seenMisses &+ 1
        let isOnlySource = condition.sourceCount == 1 && condition.openJobs == 0
        if case .all = condition.quorum {
            nextHit = groups[group].isClosed ? max(groups[group].count, nextHit) : .max
        } else if isOnlySource, groups[group].isClosed, condition.hits < condition.needed,
            condition.total >= condition.misses + condition.needed
        {
            nextHit = watch.seenHits &+ UInt32(clamping: condition.needed - condition.hits)
            let slack = condition.total - condition.misses - condition.needed + 1
            nextMiss = watch.seenMisses &+ UInt32(clamping: slack)
        }
        switch condition.when {
        case .succeeded:
            groups[group].wakeSucceeded = min(groups[group].wakeSucceeded, nextHit)
            groups[group].wakeFailed = min(groups[group].wakeFailed, nextMiss)
        case .failed:
            groups[group].wakeFailed = min(groups[group].wakeFailed, nextHit)
            groups[group].wakeSucceeded = min(groups[group].wakeSucceeded, nextMiss)
        case .ended:
            groups[group].wakeEnded = min(groups[group].wakeEnded, nextHit)
        }
    }

    /// Looks at all watches of the group, drops those that are decided, and sets the next wake numbers.
    mutating func wake(_ group: Int32) {
        groups[group].wakeSucceeded = .max
        groups[group].wakeFailed = .max
        groups[group].wakeEnded = .max
        var last: Int32 = -1
        var slot = groups[group].lastWatch
        while slot >= 0 {
            var watch = watches[slot]
            if conditions.contains(watch.condition.slot, generation: watch.condition.generation) {
                look(&watch, at: group)
                watches[slot] = watch
                judge(watch.condition)
                setWakes(group, watch)
                last = slot
            } else {
                if last >= 0 { watches[last].next = watch.next } else { groups[group].lastWatch = watch.next }
                watches.remove(slot)
            }
            slot = watch.next
        }
    }

    mutating func dropWatches(of group: Int32) {
        var slot = groups[group].lastWatch
        while slot >= 0 {
            let next = watches[slot].next
            watches.remove(slot)
            slot = next
        }
    }

    /// O(those of the group).
    func watches(_ group: Int32, for ref: ConditionRef) -> Bool {
        var slot = groups[group].lastWatch
        while slot >= 0, watches[slot].condition != ref { slot = watches[slot].next }
        return slot >= 0
    }
}
