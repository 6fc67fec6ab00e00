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
    /// as they end. Nothing is recorded: it is a word to what runs now.
    ///
    /// A task that several of the ranges name counts once. O(r log r) for r ranges, and then the fewer of the
    /// tasks that they name and those that are live, and a byte a task that has ended.
    public mutating func interrupt(
        _ ranges: [TaskRange], into actions: inout SchedulerActions
    ) -> InterruptReport {
        var report = InterruptReport()
        let wanted = known(of: ranges, &report)
        for range in wanted {
            guard let job = jobIndex[TaskID(raw: range.lowerBound).job.raw] else { continue }
            let first = UInt64(TaskID(raw: range.lowerBound).index)
            let ended = endedCounts(in: first..<first + UInt64(range.count), of: job)
            report.alreadyEnded += ended.cancelled + ended.other
            report.notRunning += UInt64(range.count) - ended.cancelled - ended.other
        }
        for slot in attempts(in: wanted) {
            if isInterruptible(slot), standsForTask(slot) {
                report.interrupted += 1
                report.notRunning -= 1
            }
            actions.controls.append(
                .interrupt(
                    handle(of: live[slot].engine),
                    DispatchName(task: live[slot].id, attempt: live[slot].attempt, epoch: live[slot].epoch)))
        }
        return report
    }

    /// The tasks of the ranges that there are, as numbers: rising, no two ranges touching.
    private func known(of ranges: [TaskRange], _ report: inout InterruptReport) -> [Range<UInt64>] {
        var found: [Range<UInt64>] = []
        for range in ranges {
            let isWhole = range.count == TaskRange.wholeJob
            guard let job = jobIndex[range.first.job.raw] else {
                report.unknown += isWhole ? 1 : UInt64(range.count)
                continue
            }
            let count = UInt64(jobs[job].taskCount)
            let first = UInt64(range.first.index)
            let end = isWhole ? count : first + UInt64(range.count)
            report.unknown += end - max(min(first, end), min(end, count))
            guard first < min(end, count) else { continue }
            found.append(range.first.raw..<range.first.raw + (min(end, count) - first))
        }
        found.sort { $0.lowerBound < $1.lowerBound }
        var merged: [Range<UInt64>] = []
        for range in found {
            if let last = merged.last, range.lowerBound <= last.upperBound,
                TaskID(raw: last.lowerBound).job == TaskID(raw: range.lowerBound).job
            {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// The attempts at these tasks that are at engines.
    private func attempts(in wanted: [Range<UInt64>]) -> [Int32] {
        if wanted.reduce(0, { $0 + UInt64($1.count) }) <= UInt64(live.count) {
            return wanted.flatMap { range in range.flatMap { attempts(of: TaskID(raw: $0)) } }
        }
        return live.slots.filter { live[$0].engine >= 0 && Self.isIn(wanted, live[$0].id.raw) }
    }

    private func attempts(of task: TaskID) -> [Int32] {
        guard let slot = liveIndex[task] else { return [] }
        if live[slot].flags.contains(.gang) {
            return gangs[task]?.members.map(\.slot).filter { $0 >= 0 } ?? []
        }
        return [slot, live[slot].twin].filter { $0 >= 0 && live[$0].engine >= 0 }
    }

    private static func isIn(_ ranges: [Range<UInt64>], _ number: UInt64) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= number { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(number)
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
