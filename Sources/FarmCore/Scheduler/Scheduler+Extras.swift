// Tasks that may not go where the others of their group may: an engine has said no to them, they failed on
// one that they are to avoid, or they need more memory than the others.
extension Scheduler {
    /// How often the task's need for memory was raised, as dispatches carry it.
    func memoryRaises(of slot: Int32) -> UInt32 {
        guard live[slot].memoryFailures > 0 else { return 0 }
        let policy = policies[groups[live[slot].group].policy]
        guard policy.retry(inStage: live[slot].stage).memoryFactor > 1, policy.needs.memoryBytes > 0 else {
            return 0
        }
        return min(live[slot].memoryFailures, SchedulerActions.Dispatch.mostRaises)
    }

    /// An attempt has ended and another follows: what its end says of where that may go. The task is at no
    /// engine.
    mutating func learnPlace(_ slot: Int32, from entry: OutcomeEntry) {
        if entry.cause == .notHere, entry.engine != .none {
            extra(slot) { Self.insert(entry.engine.raw, into: &$0.never) }
        } else if entry.cause != .engineLost, entry.cause != .walltime, entry.engine != .none,
            retryPolicy(of: slot).avoidsEngine
        {
            extra(slot) { Self.insert(entry.engine.raw, into: &$0.avoided) }
        }
        setQueue(of: slot)
    }

    private mutating func extra(_ slot: Int32, _ body: (inout TaskExtra) -> Void) {
        if live[slot].extra < 0 { live[slot].extra = extras.insert(TaskExtra()) }
        body(&extras[live[slot].extra])
    }

    private static func insert(_ engine: UInt32, into engines: inout [UInt32]) {
        guard !engines.contains(engine) else { return }
        engines.append(engine)
        engines.sort()
    }

    /// Gives the task the queue that it belongs in. It is at no engine, and in no queue.
    mutating func setQueue(of slot: Int32) {
        let raises = memoryRaises(of: slot)
        let group = live[slot].group
        let stage = live[slot].stage
        guard live[slot].extra >= 0 || raises > 0 || live[slot].queue >= 0 || stage > 0 else { return }
        let base = classes[ready.queues[groups[group].queue].key.placement].placement
        var placement = base
        if raises > 0 {
            placement.needs.memoryBytes = policies[groups[group].policy].memoryBytes(
                raises: UInt8(raises), stage: live[slot].stage)
        }
        if stage > 0 {
            placement.lasting = Self.timeWanted(for: policies[groups[group].policy].longest(inStage: stage))
        }
        if live[slot].extra >= 0 {
            placement.never = extras[live[slot].extra].never
            placement.avoided = extras[live[slot].extra].avoided
        }
        let before = live[slot].queue
        live[slot].queue =
            placement == base
            ? -1
            : retainQueue(
                placement, priority: policies[groups[group].policy].priority, job: groups[group].job)
        if before >= 0 { releaseQueue(before) }
    }

    /// The task has ended.
    mutating func dropExtras(of slot: Int32) {
        if live[slot].queue >= 0 { releaseQueue(live[slot].queue) }
        if live[slot].extra >= 0 { extras.remove(live[slot].extra) }
    }

    /// No engine is left that the class may go to, none of the roster may come back that could, and no
    /// launcher has one pending.
    func isHopeless(_ number: Int32) -> Bool {
        guard classes[number].placement.isChoosy, classes[number].wasAdmitted, !mayGetEngine(number) else {
            return false
        }
        if classes[number].isCollective { return !pools.slots.contains { mayEverHold($0, number) } }
        return !engines.slots.contains { classes[number].placement.names(engines[$0]) }
    }
}
