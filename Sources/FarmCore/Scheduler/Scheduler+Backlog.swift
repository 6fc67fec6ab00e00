/// Ready tasks of one placement class that are at no engine: what engines more would do.
public struct Backlog: Equatable, Sendable {
    public var needs: Needs
    public var targets: [String] = []
    /// Ranks of one pool together; nil: one engine, 0: all of a pool.
    public var collective: UInt32?
    public var tasks: UInt64 = 0
    /// How long they are thought to take, one after the other: by their estimates, else by the mean of their
    /// group's attempts, else by how long those that run have been at it.
    public var nanoseconds: Int64 = 0
    /// So many of them could run at the same moment, by brakes and limits of the farm.
    public var atOnce: UInt64 = 0
}

extension Scheduler {
    /// Work that waits for engines, paused jobs apart. For who starts engines by need. O(groups + live
    /// tasks).
    public func backlog(at now: Instant) -> [Backlog] {
        guard !isFarmPaused else { return [] }
        let oldest = oldestAttempts()
        var waiting: [Int32: [Int32: UInt64]] = [:]
        for group in groups.slots where isReady(group) && groups[group].untouched > 0 {
            waiting[placementClass(of: groups[group].queue), default: [:]][group, default: 0] +=
                UInt64(groups[group].untouched)
        }
        for slot in live.slots
        where live[slot].state == .ready && live[slot].engine < 0 && live[slot].isTask
            && !live[slot].flags.contains(.held) && isReady(live[slot].group)
        {
            waiting[placementClass(of: queue(of: slot)), default: [:]][live[slot].group, default: 0] += 1
        }
        // What of each brake's room is not taken by the classes before.
        var room: [Int32: UInt64] = [:]
        return waiting.sorted { $0.key < $1.key }.map { number, groups in
            backlog(of: number, groups, oldest, &room, at: now)
        }
    }

    private func placementClass(of queue: Int32) -> Int32 { ready.queues[queue].key.placement }

    private func isReady(_ group: Int32) -> Bool {
        let record = groups[group]
        return record.unmet == 0 && record.queue >= 0 && record.lane < 0 && !record.isHeld
            && !record.isStranded && record.impossibleRoot == nil && !jobs[record.job].isPaused
    }

    private func backlog(
        of number: Int32, _ waiting: [Int32: UInt64], _ oldest: [Int32: Instant],
        _ room: inout [Int32: UInt64], at now: Instant
    ) -> Backlog {
        var item = Backlog(
            needs: classes[number].placement.needs, targets: classes[number].placement.targets,
            collective: classes[number].placement.collective)
        // What the farm limits is no engine's to offer.
        item.needs.named = classes[number].named
        for (group, tasks) in waiting {
            var mean = groups[group].meanNanoseconds
            // Nothing of it has ended: what runs takes at least as long as it has taken so far.
            if mean == 0, let since = oldest[group] { mean = max(0, now - since) }
            let all = mean.multipliedReportingOverflow(by: Int64(clamping: tasks))
            let sum = item.nanoseconds.addingReportingOverflow(all.partialValue)
            item.nanoseconds = all.overflow || sum.overflow ? .max : sum.partialValue
            item.tasks += tasks
            item.atOnce += takeRoom(for: tasks, of: group, &room)
        }
        for (limit, amount) in classes[number].limits where amount > 0 {
            let left = settings.limits[limit].amount - min(settings.limits[limit].amount, limitsUsed[limit])
            item.atOnce = min(item.atOnce, left / amount)
        }
        return item
    }

    /// How many of them the group's brake and its job's let run at the same moment.
    private func takeRoom(for tasks: UInt64, of group: Int32, _ room: inout [Int32: UInt64]) -> UInt64 {
        var count = tasks
        let held = [groups[group].brake, jobs[groups[group].job].brake].filter { $0 >= 0 }
        for brake in held {
            let record = brakes[brake]
            let most = record.hasStopped ? 0 : record.brake.maxRunning
            guard record.hasStopped || most > 0 else { continue }
            room[brake] = room[brake] ?? UInt64(most - min(most, record.out))
            count = min(count, room[brake]!)
        }
        for brake in held where room[brake] != nil { room[brake]! -= count }
        return count
    }

    /// When the attempt was sent that has been out for longest, by group; of groups none of whose attempts
    /// has ended.
    private func oldestAttempts() -> [Int32: Instant] {
        var oldest: [Int32: Instant] = [:]
        for slot in live.slots
        where live[slot].engine >= 0 && live[slot].sentAt > .zero
            && groups[live[slot].group].meanNanoseconds == 0
        {
            let group = live[slot].group
            oldest[group] = min(oldest[group] ?? .never, live[slot].sentAt)
        }
        return oldest
    }
}
