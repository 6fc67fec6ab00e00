// Collective tasks: on exactly as many ranks of one pool as were asked for, all sent in the same turn, and
// ended once, as their ranks did.
extension Witness {
    /// What was sent in one turn to ranks.
    func checkGangs(_ sent: [SentDispatch]) {
        var gangs: [DispatchName: [SentDispatch]] = [:]
        for one in sent {
            let task = one.entry.name.task
            guard let job = jobs[task.job.raw], let number = job.group(of: task.index) else { continue }
            let isCollective = job.groups[number].spec.policy.collective != nil
            if isCollective != (one.seat != nil) {
                fault("task \(task) was sent \(isCollective ? "to one engine" : "to ranks"), and must not be")
            }
            if one.seat != nil { gangs[one.entry.name, default: []].append(one) }
        }
        for (name, ranks) in gangs { checkGang(name, ranks) }
    }

    private func checkGang(_ name: DispatchName, _ ranks: [SentDispatch]) {
        guard let job = jobs[name.task.job.raw], let number = job.group(of: name.task.index) else { return }
        let seats = ranks.compactMap { infos[$0.engineKey]?.pool }
        guard let pool = seats.first, seats.count == ranks.count else {
            return fault("task \(name.task) was sent to an engine of no pool")
        }
        let collective = job.groups[number].spec.policy.collective ?? 0
        let wanted = collective == 0 ? pool.size : collective
        if ranks.count != Int(wanted) {
            fault("task \(name.task) was sent to \(ranks.count) ranks in a turn, and needs \(wanted)")
        }
        if seats.contains(where: { $0.key != pool.key }) {
            fault("task \(name.task) was sent to ranks of several pools")
        }
        if Set(seats.map(\.rank)).count != ranks.count
            || Set(ranks.compactMap(\.seat?.rank)).count != ranks.count
        {
            fault("task \(name.task) was sent to a rank twice")
        }
        for one in ranks {
            guard let seat = one.seat, let own = infos[one.engineKey]?.pool else { continue }
            if seat.poolRanks != seats.map(\.rank).sorted() || seat.poolRanks[Int(seat.rank)] != own.rank {
                fault("task \(name.task): rank \(own.rank) of its pool was told that it is another")
            }
        }
        rankEnds[name.task] = nil
        rankFailedAt[name.task] = nil
    }

    /// One rank has ended.
    func takeRank(_ entry: OutcomeEntry, _ job: WitnessedJob) {
        if job.state(entry.task.index) != nil { fault("a rank of task \(entry.task) ended after the task") }
        var known = rankEnds[entry.task] ?? []
        // What was given back leaves no other trace.
        if known.first?.attempt != entry.attempt { known = [] }
        if known.contains(where: { $0.rank == entry.rank }) {
            fault("rank \(entry.rank) of task \(entry.task) ended twice")
        }
        rankEnds[entry.task] = known + [entry]
        let sent = dispatches[entry.task]?.last {
            $0.name.attempt == entry.attempt && engineKeys[entry.engine.raw] == $0.engineKey
        }
        guard let sent else {
            return fault("rank \(entry.rank) of task \(entry.task) ended where it was not sent")
        }
        if entry.state != .succeeded, rankFailedAt[entry.task] == nil {
            rankFailedAt[entry.task] = (sent.name, now)
        }
    }

    /// An attempt has ended: as the first of its ranks did that did not succeed, or well as all of them did.
    func checkRanks(_ entry: OutcomeEntry, _ job: WitnessedJob) {
        guard let group = job.group(of: entry.task.index),
            job.groups[group].spec.policy.collective != nil
        else { return }
        let ranks = rankEnds.removeValue(forKey: entry.task) ?? []
        rankFailedAt[entry.task] = nil
        switch entry.state {
        case .succeeded:
            let sent = dispatches[entry.task]?.last.map { last in
                dispatches[entry.task]!.count { $0.name == last.name }
            }
            if ranks.count != sent || ranks.contains(where: { $0.state != .succeeded }) {
                fault(
                    "task \(entry.task) succeeded, and its ranks ended \(ranks.map(\.state.word)) of \(sent ?? 0)"
                )
            }
        case .failed where entry.cause != .engineLost:
            guard let first = ranks.first(where: { $0.state != .succeeded }) else {
                return fault("task \(entry.task) failed, and no rank of it did")
            }
            if first.cause != entry.cause || first.engine != entry.engine {
                fault("task \(entry.task) failed with \(entry.cause.word), its rank with \(first.cause.word)")
            }
        default:
            break
        }
    }

    /// Some collective task has not ended and is nowhere: ranks may be kept free for it.
    var isGangWaiting: Bool {
        jobs.contains { raw, job in
            !job.hasEnded && !forgotten.contains(raw)
                && job.groups.contains { group in
                    group.spec.policy.collective != nil
                        && (group.base..<group.base + group.count).contains {
                            job.state($0) == nil && out[TaskID(job.id, $0)] == nil
                        }
                }
        }
    }
}
