// Where a task goes. An engine's load is the larger of attempts ÷ slots and CPUs ÷ CPUs; below 1 it can begin
// something at once, above it holds prefetched attempts.
extension Scheduler {
    /// The engine for a task of this class, or nil if none has room. O(1) if the least loaded one has, as for
    /// tasks that any engine can take; else O(engines).
    func place(_ number: Int32, depth: UInt32, bytes: UInt32) -> Int32? {
        let isPlain = classes[number].isPlain
        guard isPlain || fitLimits(number) else { return nil }
        if settings.scheme == .leastLoad, let best = order.top, mayUse(best, number) {
            if isPlain || admits(number, best), hasRoom(best, number, depth: depth, bytes: bytes) {
                return best
            }
            // If not even the least loaded has room, none has; unless it is only the bytes it holds.
            if isPlain, reserved < 0, !fitsNow(best, number) { return nil }
        }
        var best: Int32?
        var bestFits = false
        for engine in order.members
        where mayUse(engine, number) && hasRoom(engine, number, depth: depth, bytes: bytes)
            && (isPlain || admits(number, engine))
        {
            // Whatever the scheme, no task is sent to wait while it could begin elsewhere.
            let fits = fitsNow(engine, number)
            if let best, fits != bestFits ? bestFits : !isPreferred(engine, to: best) { continue }
            best = engine
            bestFits = fits
        }
        return best
    }

    private func isPreferred(_ engine: Int32, to other: Int32) -> Bool {
        settings.scheme == .lru
            ? engines[engine].lastUsed < engines[other].lastUsed
            : order.key(of: engine) < order.key(of: other)
    }

    /// Whether the class may go to the engine, if there is room.
    func admits(_ number: Int32, _ engine: Int32) -> Bool {
        guard !classes[number].isAnywhere else { return true }
        guard classes[number].placement.names(engines[engine]), hasTags(number, engine) else { return false }
        guard classes[number].placement.avoided.contains(engines[engine].id.raw),
            !classes[number].isCollective
        else { return true }
        // Better where it failed than nowhere.
        return !order.members.contains { other in
            !classes[number].placement.avoided.contains(engines[other].id.raw)
                && classes[number].placement.names(engines[other]) && hasTags(number, other)
                && canHold(other, number) && lasts(other, number)
        }
    }

    func hasTags(_ number: Int32, _ engine: Int32) -> Bool {
        classes[number].placement.needs.tags.allSatisfy { engines[engine].info.tags.contains($0) }
    }

    /// Whether the engine has declared enough for a task of the class to run on it alone.
    func canHold(_ engine: Int32, _ number: Int32) -> Bool {
        guard classes[number].cpus <= engines[engine].info.cpus else { return false }
        guard classes[number].isSpecial else { return true }
        return classes[number].placement.needs.gpus <= engines[engine].info.gpus
            && classes[number].placement.needs.memoryBytes <= engines[engine].info.memoryBytes
            && classes[number].named.allSatisfy { $0.amount <= declared($0.name, by: engine) }
    }

    func declared(_ name: String, by engine: Int32) -> UInt64 {
        engines[engine].info.named.first { $0.name == name }?.amount ?? 0
    }

    /// Whether the engine may be sent one more attempt of this class, if the farm's limits are enough for it.
    func hasRoom(_ engine: Int32, _ number: Int32, depth: UInt32, bytes: UInt32) -> Bool {
        let cpus = classes[number].cpus
        guard cpus <= engines[engine].info.cpus,
            engines[engine].outstandingBytes == 0
                || engines[engine].outstandingBytes + UInt64(bytes) <= settings.engineWindowBytes,
            !engines[engine].isProbing || engines[engine].outstanding == 0, lasts(engine, number),
            !classes[number].isSpecial || fitsSpecial(engine, number)
        else { return false }
        // What waits behind a rank would wait for as long as its gang takes.
        if rankRecords > 0, !fitsNow(engine, number), holdsRank(engine) { return false }
        let attempts = UInt64(engines[engine].outstanding) + 1
        let slots = UInt64(engines[engine].info.slots)
        if let mark = settings.highWaterMark { return mark == 0 || attempts <= UInt64(mark) * slots }
        if fitsNow(engine, number) { return true }
        // A wide task that is prefetched would make the narrow ones behind it wait for its CPUs, and what is
        // scarce is not given to one that waits.
        return cpus <= 1 && !classes[number].isSpecial && attempts <= slots * (1 + UInt64(depth))
            && engines[engine].cpusCommitted + 1 <= UInt64(engines[engine].info.cpus) * (1 + UInt64(depth))
    }

    /// Whether the engine has a rank of a collective task. Ranks never wait, so each is among its first.
    func holdsRank(_ engine: Int32) -> Bool {
        var slot = engines[engine].head
        var left = engines[engine].info.slots
        while slot >= 0, left > 0 {
            if live[slot].flags.contains(.rank) { return true }
            if groups[live[slot].group].lane < 0 { left -= 1 }
            slot = live[slot].next
        }
        return false
    }

    /// Whether an attempt of this class would begin at once.
    func fitsNow(_ engine: Int32, _ number: Int32) -> Bool {
        engines[engine].outstanding < engines[engine].info.slots
            && engines[engine].cpusCommitted + UInt64(classes[number].cpus)
                <= UInt64(engines[engine].info.cpus)
            && (!classes[number].isSpecial || fitsSpecial(engine, number))
    }

    /// Memory, GPUs and what else the engine has.
    private func fitsSpecial(_ engine: Int32, _ number: Int32) -> Bool {
        lacks(engine, number).isSubset(of: .cpus)
    }

    /// What the engine has too little of at the moment, slots apart.
    func lacks(_ engine: Int32, _ number: Int32) -> Shortage {
        var lacks: Shortage = []
        if engines[engine].cpusCommitted + UInt64(classes[number].cpus) > UInt64(engines[engine].info.cpus) {
            lacks.insert(.cpus)
        }
        guard classes[number].isSpecial else { return lacks }
        let memory = classes[number].placement.needs.memoryBytes
        if memory > 0, exceeds(engines[engine].memoryCommitted, memory, engines[engine].info.memoryBytes) {
            lacks.insert(.memory)
        }
        let gpus = UInt64(classes[number].placement.needs.gpus)
        if gpus > 0, exceeds(engines[engine].gpusCommitted, gpus, UInt64(engines[engine].info.gpus)) {
            lacks.insert(.gpus)
        }
        for need in classes[number].named {
            let used = engines[engine].namedCommitted[need.name] ?? 0
            if exceeds(used, need.amount, declared(need.name, by: engine)) { lacks.insert(.named) }
        }
        return lacks
    }

    private func exceeds(_ used: UInt64, _ more: UInt64, _ limit: UInt64) -> Bool {
        let (sum, overflow) = used.addingReportingOverflow(more)
        return overflow || sum > limit
    }

    /// Whether the class may be placed on this engine though one is kept free.
    func mayUse(_ engine: Int32, _ number: Int32) -> Bool {
        if engines[engine].isKept, number != hold.number, !hold.isOpen || !fitsNow(engine, number) {
            return false
        }
        guard engine == reserved, number != reservedClass else { return true }
        return !reservedFor.contains(.cpus)
            && !(reservedFor.contains(.memory) && classes[number].placement.needs.memoryBytes > 0)
            && !(reservedFor.contains(.gpus) && classes[number].placement.needs.gpus > 0)
            && !(reservedFor.contains(.named) && !classes[number].named.isEmpty)
    }

    /// Keeps an engine free for a class that needs much of something and has no room now, or those that need
    /// little would take all that comes free, without end. One engine at a time, for the front task, and
    /// only what it lacks there.
    mutating func reserve(for number: Int32) {
        let needs = classes[number].placement.needs
        guard reserved < 0,
            needs.cpus > 1 || needs.gpus > 1 || needs.memoryBytes > 0
                || classes[number].named.contains(where: { $0.amount > 1 })
        else { return }
        for engine in order.members
        where canHold(engine, number) && lasts(engine, number) && admits(number, engine)
            && !lacks(engine, number).isEmpty
        {
            if reserved < 0 || engines[engine].cpusCommitted < engines[reserved].cpusCommitted {
                reserved = engine
            }
        }
        guard reserved >= 0 else { return }
        reservedClass = number
        reservedFor = lacks(reserved, number)
    }

    /// Attempts of this group that may wait at an engine for each of its slots: as many as make a few
    /// milliseconds of work; none while nothing is known, one up to 50 ms, none beyond.
    func prefetchDepth(of group: Int32) -> UInt32 {
        let mean = groups[group].meanNanoseconds
        guard mean > 0 else { return 0 }
        if mean >= settings.prefetchNanoseconds { return mean < .milliseconds(50) ? 1 : 0 }
        return min(settings.maximumPrefetch, UInt32(settings.prefetchNanoseconds / max(mean, 1_000)))
    }

    /// Attempts of the engine that cannot have begun, for want of slots or of CPUs.
    func waiting(at engine: Int32) -> UInt32 {
        let held = engines[engine].outstanding
        let cpus = engines[engine].cpusCommitted
        let bySlots = held - min(held, engines[engine].info.slots)
        let byCPUs = UInt32(clamping: cpus - min(cpus, UInt64(engines[engine].info.cpus)))
        return min(held, max(bySlots, byCPUs))
    }
}

/// What an engine has too little of.
struct Shortage: OptionSet {
    var rawValue: UInt8
    static let cpus = Shortage(rawValue: 1)
    static let memory = Shortage(rawValue: 2)
    static let gpus = Shortage(rawValue: 4)
    static let named = Shortage(rawValue: 8)
}
