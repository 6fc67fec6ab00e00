// Prefetched attempts are called back when another engine runs dry, so that no runnable task waits beside an idle
// slot longer than one round trip (conformance 9).
extension Scheduler {
    /// What an engine would get through by itself while the recall is on its way is left to it.
    private static let worthwhile = Int64.milliseconds(1)

    mutating func recall(at now: Instant, into actions: inout SchedulerActions) {
        guard prefetched > 0, let idle = order.top, rebalanceAt == .never,
            engines[idle].outstanding < engines[idle].info.slots
        else { return }
        // Looked at again at the latest when what is left to its engine must have been done.
        rebalanceAt = now + Self.worthwhile
        for victim in order.members where victim != idle {
            let slots = engines[victim].info.slots
            let held = engines[victim].outstanding
            guard held > slots + engines[victim].recallsPending, isWorthwhile(victim, at: now) else { continue }
            let surplus = held - slots - engines[victim].recallsPending
            call(back: (surplus + 1) / 2, from: victim, for: idle, into: &actions)
        }
    }

    private func isWorthwhile(_ victim: Int32, at now: Instant) -> Bool {
        let engine = engines[victim]
        if now - engine.lastResultAt >= Self.worthwhile { return true }
        let mean = groups[live[engine.tail].group].meanNanoseconds
        return mean &* Int64(engine.outstanding) / Int64(engine.info.slots) >= Self.worthwhile
    }

    /// From the end of its list, for those are furthest from being begun.
    private mutating func call(
        back wanted: UInt32, from victim: Int32, for idle: Int32, into actions: inout SchedulerActions
    ) {
        var left = wanted
        var looks = 4 * Int(wanted) + 16
        var slot = engines[victim].tail
        while slot >= 0, left > 0, looks > 0 {
            looks -= 1
            let placement = classes[Int(ready.queues[Int(groups[live[slot].group].queue)].key.placement)]
            if live[slot].state == .assigned, !live[slot].flags.contains(.recalling),
                placement.admits(engines[idle]), fitsNow(engines[idle], placement)
            {
                live[slot].flags.insert(.recalling)
                engines[victim].recallsPending += 1
                statistics.recalls += 1
                left -= 1
                actions.controls.append(
                    .recall(
                        EngineHandle(slot: victim),
                        DispatchName(
                            task: live[slot].id, attempt: live[slot].attempt, epoch: live[slot].epoch)))
            }
            slot = live[slot].previous
        }
    }
}
