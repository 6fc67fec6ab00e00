// Gangs after a restart: what all ranks of a dispatch claim goes on. Until the last of them has claimed, or
// the grace is over, the gang lacks some; then it cannot be whole any more, and the others are stopped.
extension Scheduler {
    /// A rank of a dispatch of an earlier incarnation.
    mutating func adoptRank(_ claim: Claim, of group: Int32, by engine: Int32) -> Int32? {
        let task = claim.name.task
        guard let seat = engines[engine].info.pool else { return nil }
        if gangs[task] == nil { adoptGang(claim, of: group, seat, by: engine) }
        guard var gang = gangs[task], gang.unclaimed > 0, gang.claimedIn == seat.key,
            live[gang.head].attempt == claim.name.attempt, live[gang.head].epoch == claim.name.epoch,
            !gang.members.contains(where: { $0.poolRank == seat.rank })
        else { return nil }
        let slot = addRank(of: gang.head, at: engine)
        reorder(engine)
        live[slot].state = .running
        gang.members.append(.init(engine: engines[engine].id, slot: slot, poolRank: seat.rank))
        gang.left += 1
        gang.unclaimed -= 1
        // Ranks of a gang rise with those of the pool.
        if gang.unclaimed == 0 { gang.members.sort { $0.poolRank < $1.poolRank } }
        gangs[task] = gang
        return slot
    }

    /// The first rank that is claimed makes the gang, if nothing speaks against it.
    private mutating func adoptGang(_ claim: Claim, of group: Int32, _ seat: PoolSeat, by engine: Int32) {
        let task = claim.name.task
        let known = liveIndex[task]
        if let known, live[known].attempt > claim.name.attempt || !live[known].flags.contains(.held) {
            return
        }
        // The ledger has the end of a rank, whose payload is not at hand any more; or that of the attempt.
        let hasEnded = known.map { live[$0].attempt == claim.name.attempt } ?? false
        if hasEnded, let known, !live[known].flags.contains(.rankEnded) { return }
        guard let head = known ?? touch(group, task.index - groups[group].base) else { return }
        live[head].flags.subtract([.held, .rankEnded])
        live[head].attempt = claim.name.attempt
        live[head].epoch = claim.name.epoch
        begin(gang: head, .running)
        let wanted = policies[groups[group].policy].collective ?? 0
        var gang = Gang(head: head)
        gang.claimedIn = seat.key
        gang.unclaimed = Int(wanted > 0 ? min(wanted, seat.size) : seat.size)
        gang.isWholePool = gang.unclaimed == Int(seat.size)
        gang.isGivenUp = hasEnded
        if hasEnded { gang.end = .returned(engines[engine].id, isCounted: false) }
        gangs[task] = gang
    }

    /// Stops a rank that was claimed, if its gang has ended; all of them, if the task had been cancelled.
    mutating func stopAdopted(_ slot: Int32, into actions: inout SchedulerActions) {
        let task = live[slot].id
        guard let gang = gangs[task] else { return }
        if gang.end != nil || live[gang.head].flags.contains(.cancelRequested) {
            stopRanks(of: task, into: &actions)
        } else if isCancelled(task) {
            requestCancel(gang.head, into: &actions)
        }
    }

    /// The grace is over: gangs of which a rank has not been claimed end, free of charge.
    mutating func endIncompleteGangs(at now: Instant, into actions: inout SchedulerActions) {
        for task in gangs.keys.filter({ gangs[$0]?.unclaimed ?? 0 > 0 }).sorted(by: { $0.raw < $1.raw }) {
            gangs[task]?.unclaimed = 0
            gangs[task]?.isGivenUp = true
            giveBack(task, at: now, into: &actions)
        }
    }
}
