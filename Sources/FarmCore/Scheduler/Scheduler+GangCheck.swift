extension Scheduler {
    /// Ranks are at their engines, all of a gang or those that have not ended, and each is one of its pool's.
    func checkGangs(_ faults: inout [String]) {
        var ranks = 0
        for slot in live.slots where live[slot].flags.contains(.rank) {
            ranks += 1
            let id = live[slot].id
            guard let gang = gangs[id], gang.members.contains(where: { $0.slot == slot }) else {
                faults.append("task \(id): a rank that is in no gang")
                continue
            }
            if live[slot].engine < 0 { faults.append("task \(id): a rank that is at no engine") }
        }
        if ranks != rankRecords { faults.append("\(ranks) ranks, counted \(rankRecords)") }
        for (id, gang) in gangs { check(gang, of: id, &faults) }
        for slot in live.slots where live[slot].flags.contains(.gang) && gangs[live[slot].id] == nil {
            faults.append("task \(live[slot].id) is with a gang that is not there")
        }
        for pool in pools.slots {
            for (rank, engine) in pools[pool].seats.enumerated() where engine >= 0 {
                let seat = engines.contains(engine) ? engines[engine].info.pool : nil
                if seat?.key != pools[pool].key || seat?.rank != UInt32(rank) {
                    faults.append("rank \(rank) of pool \(pools[pool].key) is an engine that does not say so")
                }
            }
        }
    }

    private func check(_ gang: Gang, of id: TaskID, _ faults: inout [String]) {
        guard liveIndex[id] == gang.head, live[gang.head].flags.contains(.gang) else {
            return faults.append("task \(id): its gang is another's")
        }
        if live[gang.head].engine >= 0 { faults.append("task \(id): at an engine beside its gang") }
        let left = gang.members.filter { $0.slot >= 0 }
        if left.count != gang.left || gang.hasEnded {
            faults.append("task \(id): \(left.count) ranks have not ended, counted \(gang.left)")
        }
        let places = Set(left.map { live[$0.slot].engine })
        if places.count != left.count { faults.append("task \(id): two ranks at one engine") }
        let pools = Set(places.map { $0 >= 0 ? engines[$0].info.pool?.key : nil })
        if pools.count > 1 { faults.append("task \(id): ranks of \(pools.count) pools") }
    }
}
