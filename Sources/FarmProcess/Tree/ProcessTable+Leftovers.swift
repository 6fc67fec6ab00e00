internal import CSystem
internal import Glibc

extension ProcessTable {
    private enum Owner {
        case ended, running, nobody
    }

    /// Looks at the orphans once: reaps the dead ones, kills those that belong to no running attempt, and
    /// those of `ended` if `killing`. Nothing here waits.
    ///
    /// Whatever an attempt started is in another session than we are, since its main process leads a session
    /// of its own and `setsid` only ever makes new ones. Children in our own session are another library's
    /// business.
    mutating func clearLeftovers(of ended: OrphansOwner?, killing: Bool = true) -> LeftoverRound {
        var round = LeftoverRound()
        listed.removeAll(keepingCapacity: true)
        orphanage.list(into: &listed)
        if listed.isEmpty {
            if !strangers.isEmpty { strangers.removeAll() }
            if !condemned.isEmpty { condemned.removeAll() }
            return round
        }
        let ownSession = getsid(0)
        for pid in listed where serialOfPID[pid] == nil {
            guard let stat = ProcessStat(of: pid), stat.session != ownSession, !isNewborn(pid) else {
                continue
            }
            if stat.isDead {
                reap(pid, &round)
                continue
            }
            let owner = owner(of: pid, stat, ended)
            guard owner != .running else { continue }
            if owner == .ended { round.found += 1 }
            if owner == .nobody || killing { condemn(pid, &round) }
        }
        strangers = strangers.filter { listed.contains($0.key) }
        condemned = condemned.filter { listed.contains($0) }
        return round
    }

    /// The orphans of an attempt that still runs, as far as its session or its mark tells.
    mutating func orphans(of attempt: OrphansOwner) -> [Int32] {
        listed.removeAll(keepingCapacity: true)
        orphanage.list(into: &listed)
        return listed.filter { pid in
            guard serialOfPID[pid] == nil, let stat = ProcessStat(of: pid), !stat.isDead else { return false }
            if stat.session == attempt.pid { return true }
            guard let mark = AttemptMark(ofProcess: pid) else { return false }
            return mark.isOwn && mark.serial == attempt.serial
        }
    }

    private mutating func reap(_ pid: Int32, _ round: inout LeftoverRound) {
        var status: Int32 = 0
        var usage = farm_usage()
        guard farm_wait(pid, 0, &status, &usage) == pid else { return }
        round.found += 1
        if condemned.remove(pid) != nil { round.usage.add(ResourceUsage(usage, isOfChild: true)) }
    }

    /// The group goes with it, which stops one that forks faster than we look. A dead process stays in its
    /// group until it is reaped, so the group's number cannot be another's.
    private mutating func condemn(_ pid: Int32, _ round: inout LeftoverRound) {
        if condemned.insert(pid).inserted { round.killed += 1 }
        kill(pid, SIGKILL)
        guard let stat = ProcessStat(of: pid), stat.group > 1, stat.group != getpgrp() else { return }
        if serialOfPID[stat.group] == nil { kill(-stat.group, SIGKILL) }
    }

    private mutating func owner(of pid: Int32, _ stat: ProcessStat, _ ended: OrphansOwner?) -> Owner {
        if let ended, stat.session == ended.pid { return .ended }
        if serialOfPID[stat.session] != nil { return .running }
        if let mark = AttemptMark(ofProcess: pid), mark.isOwn {
            if mark.serial == ended?.serial { return .ended }
            return isLive(mark.serial) ? .running : .nobody
        }
        // Its environment was scrubbed, or the mark is that of an engine which ran inside an attempt.
        let newest = strangers[pid] ?? newestSerial
        strangers[pid] = newest
        let suspects = attempts.filter { $0 <= newest }
        if suspects.isEmpty { return .nobody }
        return suspects.count == 1 && suspects.first == ended?.serial ? .ended : .running
    }
}
