// An engine's list of attempts, and its accounts.
extension Scheduler {
    /// Puts the attempt at the end of the engine's list and on its accounts.
    mutating func link(_ slot: Int32, to engine: Int32) {
        if groups[live[slot].group].lane >= 0 { return linkInLane(slot, to: engine) }
        live[slot].engine = engine
        live[slot].next = -1
        live[slot].previous = engines[engine].tail
        if engines[engine].tail >= 0 {
            live[engines[engine].tail].next = slot
        } else {
            engines[engine].head = slot
        }
        engines[engine].tail = slot
        book(slot, at: engine, 1)
        engines[engine].outstandingBytes += UInt64(live[slot].payloadBytes)
    }

    /// Takes the attempt off its engine. `ran`: nanoseconds that it took; 0 if it never began.
    mutating func unlink(_ slot: Int32, ran: Int64 = 0) {
        let engine = live[slot].engine
        guard engine >= 0 else { return }
        settleCharge(slot, ran: ran)
        let next = live[slot].next
        let previous = live[slot].previous
        if previous >= 0 { live[previous].next = next } else { engines[engine].head = next }
        if next >= 0 { live[next].previous = previous } else { engines[engine].tail = previous }
        live[slot].next = -1
        live[slot].previous = -1
        live[slot].engine = -1
        if groups[live[slot].group].lane >= 0 {
            leftLane(slot)
        } else {
            book(slot, at: engine, -1)
            engines[engine].outstandingBytes -= UInt64(live[slot].payloadBytes)
        }
        if live[slot].flags.contains(.recalling) {
            live[slot].flags.remove(.recalling)
            engines[engine].recallsPending -= 1
        }
        markDirty(engine)
        reorder(engine)
    }

    /// What the attempt takes of the engine, of the farm's limits and of its brakes.
    private mutating func book(_ slot: Int32, at engine: Int32, _ sign: Int64) {
        let number = placement(of: slot)
        prefetched -= Int(waiting(at: engine))
        engines[engine].outstanding = UInt32(Int64(engines[engine].outstanding) + sign)
        engines[engine].cpusCommitted = UInt64(
            Int64(engines[engine].cpusCommitted) + sign * Int64(classes[number].cpus))
        prefetched += Int(waiting(at: engine))
        if classes[number].isSpecial { bookSpecial(number, at: engine, sign) }
        guard !live[slot].flags.contains(.rank) else { return }
        let group = live[slot].group
        if groups[group].brake >= 0 { bookBrake(groups[group].brake, sign) }
        let brake = jobs[groups[group].job].brake
        if brake >= 0 { bookBrake(brake, sign) }
    }

    private mutating func bookSpecial(_ number: Int32, at engine: Int32, _ sign: Int64) {
        #if DEBUG
        if sign < 0, makes(.leakedReservation) { return }
        #endif
        // Wrapping: whatever engines claim to hold after a restart, nothing traps.
        func sum(_ used: UInt64, _ amount: UInt64) -> UInt64 {
            UInt64(bitPattern: Int64(bitPattern: used) &+ sign &* Int64(bitPattern: amount))
        }
        let needs = classes[number].placement.needs
        engines[engine].memoryCommitted = sum(engines[engine].memoryCommitted, needs.memoryBytes)
        engines[engine].gpusCommitted = sum(engines[engine].gpusCommitted, UInt64(needs.gpus))
        for need in classes[number].named {
            let used = sum(engines[engine].namedCommitted[need.name] ?? 0, need.amount)
            engines[engine].namedCommitted[need.name] = used == 0 ? nil : used
        }
        for (limit, amount) in classes[number].limits {
            limitsUsed[limit] = sum(limitsUsed[limit], amount)
        }
        guard !classes[number].limits.isEmpty else { return }
        if sign < 0 { hasFreedLimits = true } else { giveLimits(to: number) }
    }

    /// Puts the engine where its load belongs in the order; out of it if it may not be given anything.
    mutating func reorder(_ engine: Int32) {
        guard engines[engine].mayTake else {
            order.remove(engine)
            return
        }
        let (attempts, slots) = (UInt64(engines[engine].outstanding), UInt64(engines[engine].info.slots))
        let (busy, cpus) = (engines[engine].cpusCommitted, UInt64(engines[engine].info.cpus))
        var load = EngineKey.full * attempts / slots
        if busy != attempts || cpus < slots { load = max(load, EngineKey.full * busy / cpus) }
        order.update(engine, key: EngineKey(load: load, lastUsed: engines[engine].lastUsed))
    }
}
