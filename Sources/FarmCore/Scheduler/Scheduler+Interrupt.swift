/// What became of an interrupt: each task named falls into exactly one of these.
public struct InterruptReport: Equatable, Sendable {
    /// Its engine was told.
    public var interrupted: UInt64 = 0
    /// It is at no engine.
    public var notRunning: UInt64 = 0
    public var alreadyEnded: UInt64 = 0
    /// No such task.
    public var unknown: UInt64 = 0

    public init() {}
}

extension Scheduler {
    /// Has the engines of these tasks interrupt them: what they do about it is theirs to decide, and they end
    /// as they end. Nothing is recorded: it is a word to what runs now. O(attempts that are out + groups).
    public mutating func interrupt(
        _ ranges: [TaskRange], into actions: inout SchedulerActions
    ) -> InterruptReport {
        var report = InterruptReport()
        for range in ranges {
            guard let job = jobIndex[range.first.job.raw] else {
                report.unknown += range.count == TaskRange.wholeJob ? 1 : UInt64(range.count)
                continue
            }
            let known = UInt64(jobs[job].taskCount)
            let first = UInt64(range.first.index)
            let end = range.count == TaskRange.wholeJob ? known : first + UInt64(range.count)
            report.unknown += end - max(first, min(end, known))
            let wanted = first..<max(first, min(end, known))
            let ended = endedCounts(in: wanted, of: job)
            report.alreadyEnded += ended.cancelled + ended.other
            var told: UInt64 = 0
            for slot in live.slots
            where live[slot].engine >= 0 && live[slot].id.job == range.first.job
                && wanted.contains(UInt64(live[slot].id.index))
            {
                if isInterruptible(slot), standsForTask(slot) { told += 1 }
                actions.controls.append(
                    .interrupt(
                        handle(of: live[slot].engine),
                        DispatchName(
                            task: live[slot].id, attempt: live[slot].attempt, epoch: live[slot].epoch)))
            }
            report.interrupted += told
            report.notRunning += UInt64(wanted.count) - told - ended.cancelled - ended.other
        }
        return report
    }

    /// The engine passes over what has not begun, or was told to stop.
    private func isInterruptible(_ slot: Int32) -> Bool {
        live[slot].state == .running && !live[slot].flags.contains(.cancelRequested)
    }

    /// Of several attempts of a task that are out, one.
    private func standsForTask(_ slot: Int32) -> Bool {
        if live[slot].flags.contains(.rank) {
            return gangs[live[slot].id]?.members.first { $0.slot >= 0 }?.slot == slot
        }
        return !live[slot].flags.contains(.copy)
    }
}
