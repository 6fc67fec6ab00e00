extension EngineAgent {
    /// All that the engine holds, for its hello: results not recorded, then what runs, then what is queued.
    public var claims: [Claim] {
        var result: [Claim] = []
        result.reserveCapacity(table.count)
        collect(finished, .finished, into: &result)
        collect(running, .running, into: &result)
        collect(waitingInLanes, .queued, into: &result)
        for queue in pending.lists { collect(queue, .queued, into: &result) }
        return result
    }

    private func collect(_ list: AttemptList, _ phase: Claim.Phase, into claims: inout [Claim]) {
        var slot = list.first
        while slot != Attempt.none {
            claims.append(Claim(name: table[slot].name, phase: phase))
            slot = table[slot].next
        }
    }

    mutating func welcome(
        _ engine: EngineID, epoch: UInt32, windowBytes: UInt64, into actions: inout [Action]
    ) {
        isAttached = true
        self.engine = engine
        self.epoch = epoch
        self.windowBytes = Int(clamping: windowBytes)
        // A claim says that an attempt runs, not since when: that is told again to each session.
        firstUntold = running.first
        if !batches.isEmpty { actions.append(.resendBatches) }
        if standing != .working { actions.append(.sendDraining) }
    }

    /// Closes the open batch, if anything is in it.
    mutating func closeBatch(into actions: inout [Action]) {
        guard openCount > 0 else { return }
        batches.append(Batch(number: nextBatch, count: openCount))
        actions.append(.closeBatch(nextBatch, send: isAttached))
        nextBatch += 1
        openCount = 0
        openBytes = 0
    }

    /// The controller has recorded batches: their attempts are gone.
    mutating func forget(through number: UInt64, into actions: inout [Action]) {
        var newest: UInt64?
        while let batch = batches.first, batch.number <= number {
            for _ in 0..<batch.count {
                let slot = finished.first
                unrecordedBytes -= table[slot].resultBytes
                finished.remove(slot, in: &table)
                table.remove(slot)
            }
            batches.removeFirst()
            newest = batch.number
        }
        if let newest { actions.append(.forgetBatches(through: newest)) }
    }

    mutating func drain(into actions: inout [Action]) {
        guard standing == .working else { return }
        standing = .draining
        if isAttached { actions.append(.sendDraining) }
        giveBackPending(into: &actions)
    }

    mutating func leaveNow(at now: Instant, into actions: inout [Action]) {
        guard standing == .working || standing == .draining else { return }
        if standing == .working, isAttached { actions.append(.sendDraining) }
        standing = .leaving
        giveBackPending(into: &actions)
        var longestGrace: Int64 = 0
        var slot = running.first
        while slot != Attempt.none {
            longestGrace = max(longestGrace, table[slot].graceNanoseconds)
            if table[slot].phase == .running { terminate(slot, .leaving, at: now, into: &actions) }
            slot = table[slot].next
        }
        leaveDeadline = now + longestGrace + limits.leaveNanoseconds
    }

    private mutating func giveBackPending(into actions: inout [Action]) {
        while waitingInLanes.first != Attempt.none {
            counters.givenBack += 1
            giveBack(waitingInLanes.first, into: &actions)
        }
        while let slot = pending.any {
            counters.givenBack += 1
            giveBack(slot, into: &actions)
        }
    }

    /// Leaves when nothing is held any more. Precondition: draining or leaving.
    mutating func leaveIfDone(into actions: inout [Action]) {
        guard table.count == 0, standing != .left else { return }
        leave(into: &actions)
    }

    mutating func leave(into actions: inout [Action]) {
        if isAttached { actions.append(.sendBye) }
        actions.append(.exit)
        standing = .left
        leaveDeadline = .never
    }
}
