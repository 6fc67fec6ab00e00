// Where a task goes. An engine's load is the larger of attempts ÷ slots and CPUs ÷ CPUs; below 1 it can begin
// something at once, above it holds prefetched attempts.
extension Scheduler {
    /// The engine for the group's next task, or nil if none has room. O(1) for tasks that any engine can
    /// take.
    func place(_ group: Int32, bytes: UInt32) -> Int32? {
        let placement = classes[Int(ready.queues[Int(groups[group].queue)].key.placement)]
        let depth = prefetchDepth(of: group)
        if placement.isPlain, settings.scheme == .leastLoad, let best = order.top, best != reserved {
            if hasRoom(best, placement, depth: depth, bytes: bytes) { return best }
            // If not even the least loaded has room, none has; unless it is only the bytes it holds.
            if reserved < 0, !fitsNow(engines[best], placement) { return nil }
        }
        var best: Int32?
        var bestFits = false
        for engine in order.members
        where engine != reserved && placement.admits(engines[engine])
            && hasRoom(engine, placement, depth: depth, bytes: bytes)
        {
            // Whatever the scheme, no task is sent to wait while it could begin elsewhere.
            let fits = fitsNow(engines[engine], placement)
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

    /// Whether the engine may be sent one more attempt of this class.
    func hasRoom(_ slot: Int32, _ placement: PlacementClass, depth: UInt32, bytes: UInt32) -> Bool {
        let engine = engines[slot]
        guard placement.needs.cpus <= engine.info.cpus,
            engine.outstandingBytes == 0
                || engine.outstandingBytes + UInt64(bytes) <= settings.engineWindowBytes
        else { return false }
        let attempts = UInt64(engine.outstanding) + 1
        if let mark = settings.highWaterMark {
            return mark == 0 || attempts <= UInt64(mark) * UInt64(engine.info.slots)
        }
        if fitsNow(engine, placement) { return true }
        // A wide task that is prefetched would make the narrow ones behind it wait for its CPUs.
        return placement.needs.cpus <= 1 && attempts <= UInt64(engine.info.slots) * (1 + UInt64(depth))
            && engine.cpusCommitted + 1 <= UInt64(engine.info.cpus) * (1 + UInt64(depth))
    }

    /// Whether an attempt of this class would begin at once.
    func fitsNow(_ engine: EngineRecord, _ placement: PlacementClass) -> Bool {
        engine.outstanding < engine.info.slots
            && engine.cpusCommitted + UInt64(placement.needs.cpus) <= UInt64(engine.info.cpus)
    }

    /// Keeps an engine free for a wide task that has no room now, or narrow ones behind it would take every
    /// CPU that comes free, without end. One engine at a time: that of the front task.
    mutating func reserve(for group: Int32) {
        let placement = classes[Int(ready.queues[Int(groups[group].queue)].key.placement)]
        guard placement.needs.cpus > 1, reserved < 0 else { return }
        for engine in order.members
        where placement.admits(engines[engine]) && engines[engine].info.cpus >= placement.needs.cpus {
            if reserved < 0 || engines[engine].cpusCommitted < engines[reserved].cpusCommitted {
                reserved = engine
            }
        }
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

    /// Puts the attempt at the end of the engine's list and on its accounts.
    mutating func link(_ slot: Int32, to engine: Int32) {
        let cpus = groups[live[slot].group].spec.policy.needs.cpus
        live[slot].engine = engine
        live[slot].next = -1
        live[slot].previous = engines[engine].tail
        if engines[engine].tail >= 0 {
            live[engines[engine].tail].next = slot
        } else {
            engines[engine].head = slot
        }
        engines[engine].tail = slot
        prefetched -= Int(waiting(at: engine))
        engines[engine].outstanding += 1
        engines[engine].cpusCommitted += UInt64(cpus)
        prefetched += Int(waiting(at: engine))
        engines[engine].outstandingBytes += UInt64(live[slot].payloadBytes)
    }

    /// Takes the attempt off its engine.
    mutating func unlink(_ slot: Int32) {
        let engine = live[slot].engine
        guard engine >= 0 else { return }
        let cpus = groups[live[slot].group].spec.policy.needs.cpus
        let next = live[slot].next
        let previous = live[slot].previous
        if previous >= 0 { live[previous].next = next } else { engines[engine].head = next }
        if next >= 0 { live[next].previous = previous } else { engines[engine].tail = previous }
        live[slot].engine = -1
        live[slot].next = -1
        live[slot].previous = -1
        prefetched -= Int(waiting(at: engine))
        engines[engine].outstanding -= 1
        engines[engine].cpusCommitted -= UInt64(cpus)
        prefetched += Int(waiting(at: engine))
        engines[engine].outstandingBytes -= UInt64(live[slot].payloadBytes)
        if live[slot].flags.contains(.recalling) {
            live[slot].flags.remove(.recalling)
            engines[engine].recallsPending -= 1
        }
        reorder(engine)
    }

    /// Puts the engine where its load belongs in the order; out of it if it may not be given anything.
    mutating func reorder(_ engine: Int32) {
        guard engines[engine].mayTake else {
            order.remove(engine)
            return
        }
        let bySlots = UInt64(engines[engine].outstanding) << 16 / UInt64(engines[engine].info.slots)
        let byCpus = engines[engine].cpusCommitted << 16 / UInt64(engines[engine].info.cpus)
        order.update(engine, key: EngineKey(load: max(bySlots, byCpus), lastUsed: engines[engine].lastUsed))
    }
}
