// Prefetched attempts are called back when another engine runs dry, so that no runnable task waits beside an
// idle slot longer than one round trip (conformance 9).
extension Scheduler {
    /// What an engine would get through by itself while the recall is on its way is left to it.
    private static let worthwhile = Int64.milliseconds(1)

    /// So many idle engines are each looked at by itself.
    private static let fewIdle = 8

    mutating func recall(at now: Instant, into actions: inout SchedulerActions) {
        guard prefetched > 0, rebalanceAt == .never, let top = order.top,
            engines[top].outstanding < engines[top].info.slots
        else { return }
        // One that is on trial takes one task at a time: nothing is called back for the rest of its slots.
        let idle = order.members.filter {
            engines[$0].outstanding < (engines[$0].isProbing ? 1 : engines[$0].info.slots)
        }
        var hasRecalled = false
        var walked: Int64 = 0
        for victim in order.members {
            let surplus = surplus(of: victim)
            guard surplus > 0 else { continue }
            let depth = UInt64(1 + prefetchDepth(of: live[engines[victim].tail].group))
            let room = idle.reduce(UInt64(0)) { sum, engine in
                let limit = UInt64(engines[engine].info.slots) * depth
                return engine == victim ? sum : sum + limit - min(limit, UInt64(engines[engine].outstanding))
            }
            let wanted = UInt32(clamping: min(UInt64((surplus + 1) / 2), room))
            guard wanted > 0 else { continue }
            if isWorthwhile(victim, at: now) {
                guard engines[victim].walkAgainAt <= now else { continue }
                if call(back: wanted, from: victim, for: idle, at: now, into: &actions) { hasRecalled = true }
            } else if callOverdue(back: wanted, from: victim, for: idle, &walked, at: now, into: &actions) {
                hasRecalled = true
            }
        }
        // Looked at again at the latest when what was left to its engine must have been done.
        rebalanceAt = now + max(hasRecalled ? Self.worthwhile : 2 * Self.worthwhile, walked * 1_000)
    }

    /// Attempts that the engine cannot have begun, less those that are being called back.
    private func surplus(of engine: Int32) -> UInt32 {
        let waiting = waiting(at: engine)
        return waiting - min(waiting, engines[engine].recallsPending)
    }

    private func isWorthwhile(_ victim: Int32, at now: Instant) -> Bool {
        let engine = engines[victim]
        if now - engine.lastResultAt >= Self.worthwhile { return true }
        let mean = groups[live[engine.tail].group].meanNanoseconds
        return mean &* Int64(engine.outstanding) / Int64(engine.info.slots) >= Self.worthwhile
    }

    /// Of an engine that will soon have been through all, as it seems: what has waited for so long that
    /// others must have been begun before it, or that its engine is slower than was thought. Those are the
    /// first of its list; what is walked in vain is added to `walked`.
    private mutating func callOverdue(
        back wanted: UInt32, from victim: Int32, for idle: [Int32], _ walked: inout Int64,
        at now: Instant, into actions: inout SchedulerActions
    ) -> Bool {
        var left = wanted
        var slot = engines[victim].head
        while slot >= 0, left > 0 {
            defer { slot = live[slot].next }
            // Those in lanes stand before all others, whenever they came.
            guard groups[live[slot].group].lane < 0 else { continue }
            guard now - live[slot].sentAt >= 2 * Self.worthwhile else { break }
            guard mayCall(slot, from: victim, to: idle) else {
                walked += 1
                continue
            }
            statistics.recalls += 1
            left -= 1
            callBack(slot, into: &actions)
        }
        return left < wanted
    }

    /// It can be called back, and one of the takers could do it at once.
    private func mayCall(_ slot: Int32, from victim: Int32, to takers: [Int32]) -> Bool {
        let number = placement(of: slot)
        return mayRecall(slot)
            && takers.contains {
                $0 != victim && fitsNow($0, number) && lasts($0, number) && admits(number, $0)
                    && mayUse($0, number)
            }
    }

    /// From the end of its list, for those are furthest from being begun. What can be called back may stand
    /// before much that cannot, so the whole list may have to be walked: if for little or nothing, not again
    /// before a hundred times what that took has passed.
    private mutating func call(
        back wanted: UInt32, from victim: Int32, for idle: [Int32], at now: Instant,
        into actions: inout SchedulerActions
    ) -> Bool {
        var left = wanted
        var walked: Int64 = 0
        // For the idlest first, each for itself: what others can do as well must not keep one waiting for
        // what it can do. Among many the next round is soon enough.
        let idlest = idle.count > Self.fewIdle ? [] : idle.sorted { order.key(of: $0) < order.key(of: $1) }
        for takers in idlest.map({ [$0] }) + [idle] where left > 0 {
            var slot = engines[victim].tail
            while slot >= 0, left > 0 {
                walked += 1
                if mayCall(slot, from: victim, to: takers) {
                    statistics.recalls += 1
                    left -= 1
                    callBack(slot, into: &actions)
                }
                slot = live[slot].previous
            }
        }
        if left > 0 { engines[victim].walkAgainAt = now + walked * 1_000 }
        return left < wanted
    }
}
