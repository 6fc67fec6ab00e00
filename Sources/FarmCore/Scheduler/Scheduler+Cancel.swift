extension Scheduler {
    mutating func cancel(
        _ session: SessionID, request: UInt64, _ ranges: [TaskRange], at now: Instant,
        into actions: inout SchedulerActions
    ) {
        var report = CancelReport()
        for range in ranges { cancel(range, &report, at: now, into: &actions) }
        actions.controls.append(.cancelReport(session, request: request, report))
    }

    /// A range costs O(groups in it + attempts that are out + a byte a task).
    private mutating func cancel(
        _ range: TaskRange, _ report: inout CancelReport, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        guard let job = jobIndex[range.first.job.raw] else {
            report.unknown += range.count == TaskRange.wholeJob ? 1 : UInt64(range.count)
            return
        }
        if range.count == TaskRange.wholeJob, !jobs[job].isSealed {
            // What comes after the cancel of a whole job is not wanted either.
            closeEarly(job, at: now, into: &actions)
            guard jobs.contains(job) else { return }
        }
        let first = UInt64(range.first.index)
        let end = range.count == TaskRange.wholeJob ? .max : first + UInt64(range.count)
        let known = UInt64(jobs[job].taskCount)
        if range.count != TaskRange.wholeJob { report.unknown += end - max(first, min(end, known)) }
        let wanted = first..<max(first, min(end, known))
        guard !wanted.isEmpty else { return }
        let ended = endedCounts(in: wanted, of: job)
        report.alreadyCancelled += ended.cancelled
        report.alreadyEnded += ended.other
        cancelLive(wanted, of: job, &report, at: now, into: &actions)
        guard jobs.contains(job) else { return }
        for group in groupsOverlapping(wanted, of: job) {
            guard groups.contains(group) else { return }
            let base = UInt64(groups[group].base)
            let from = UInt32(max(wanted.lowerBound, base) - base)
            let to = UInt32(min(wanted.upperBound, base + UInt64(groups[group].count)) - base)
            let before = groups[group].untouched
            let mayWait = groups[group].unmet > 0
            endUntouched(group, from..<to, .cancelled, .cancelled, root: nil, at: now, into: &actions)
            guard groups.contains(group) else {
                report.cancelled += UInt64(before)
                return
            }
            report.cancelled += UInt64(before - groups[group].untouched)
            if mayWait { dropUnneededConditions(of: group) }
        }
    }

    /// Tasks that were sent, or wait to be sent again.
    private mutating func cancelLive(
        _ wanted: Range<UInt64>, of job: Int32, _ report: inout CancelReport, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        let id = jobs[job].id
        var slots: [Int32] = []
        if wanted.count <= live.count {
            for index in wanted {
                if let slot = liveIndex[TaskID(id, UInt32(index))] { slots.append(slot) }
            }
        } else {
            slots = live.slots.filter {
                live[$0].id.job == id && live[$0].isTask
                    && wanted.contains(UInt64(live[$0].id.index))
            }
            slots.sort { live[$0].id < live[$1].id }
        }
        var sent: [TaskID] = []
        for slot in slots {
            if live[slot].flags.contains(.cancelRequested) {
                report.alreadyCancelled += 1
            } else if !live[slot].isOut {
                report.cancelled += 1
                let entry = OutcomeEntry(
                    kind: .terminal, task: live[slot].id, state: .cancelled, cause: .cancelled,
                    attempt: live[slot].attempt, endedAt: max(now, jobs[job].submittedAt))
                finish(slot, entry, .none, at: now, into: &actions)
                guard jobs.contains(job) else { return }
            } else {
                report.cancelling += 1
                sent.append(live[slot].id)
                requestCancel(slot, into: &actions)
            }
        }
        recordCancelling(sent, into: &actions)
    }

    /// A cancel from before a restart, for the tasks of it that nobody has claimed.
    mutating func cancelRecovered(
        _ range: TaskRange, _ report: inout CancelReport, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        cancel(range, &report, at: now, into: &actions)
    }

    /// Tells the task's engine to stop it; durable, so that a crash in between keeps the cancel.
    mutating func requestCancel(_ slot: Int32, into actions: inout SchedulerActions) {
        dropTwin(of: slot, into: &actions)
        let job = groups[live[slot].group].job
        jobs[job].counts[live[slot].state] -= 1
        jobs[job].counts.cancelling += 1
        live[slot].state = .cancelling
        live[slot].flags.insert(.cancelRequested)
        if live[slot].flags.contains(.gang) { return stopRanks(of: live[slot].id, into: &actions) }
        actions.controls.append(
            .stop(
                handle(of: live[slot].engine),
                DispatchName(task: live[slot].id, attempt: live[slot].attempt, epoch: live[slot].epoch)))
    }

    /// One fact for each run of neighbours.
    private func recordCancelling(_ ids: [TaskID], into actions: inout SchedulerActions) {
        var start = 0
        for index in ids.indices {
            let isLast = index + 1 == ids.count
            if isLast || ids[index + 1].raw != ids[index].raw + 1 {
                actions.controls.append(.fact(.cancelling(ids[start], count: UInt32(index - start + 1))))
                start = index + 1
            }
        }
    }

    /// Nothing more is taken, and parts that wait for the last one are dropped.
    mutating func closeEarly(_ job: Int32, at now: Instant, into actions: inout SchedulerActions) {
        for (_, blocks) in jobs[job].held {
            for block in blocks where block != .none { actions.controls.append(.releaseBlock(block)) }
        }
        jobs[job].held = []
        seal(job, at: now, into: &actions)
    }

    func endedCounts(in wanted: Range<UInt64>, of job: Int32) -> (cancelled: UInt64, other: UInt64) {
        var cancelled: UInt64 = 0
        var other: UInt64 = 0
        for group in groupsOverlapping(wanted, of: job) where !groups[group].states.isEmpty {
            let base = UInt64(groups[group].base)
            let from = Int(max(wanted.lowerBound, base) - base)
            let to = Int(min(wanted.upperBound, base + UInt64(groups[group].count)) - base)
            for state in groups[group].states[from..<to] where state >= TaskState.succeeded.rawValue {
                if state == TaskState.cancelled.rawValue { cancelled += 1 } else { other += 1 }
            }
        }
        return (cancelled, other)
    }

    /// O(log groups + those found).
    func groupsOverlapping(_ wanted: Range<UInt64>, of job: Int32) -> [Int32] {
        guard !wanted.isEmpty, let first = placeOfGroup(of: UInt32(clamping: wanted.lowerBound), in: job)
        else { return [] }
        return Array(
            jobs[job].groups[first...].prefix { UInt64(groups[$0].base) < wanted.upperBound })
    }

    /// The group that holds the task with this index. O(log groups).
    func group(of index: UInt32, in job: Int32) -> Int32? {
        placeOfGroup(of: index, in: job).map { jobs[job].groups[$0] }
    }

    private func placeOfGroup(of index: UInt32, in job: Int32) -> Int? {
        guard index < jobs[job].taskCount else { return nil }
        let all = jobs[job].groups
        var low = 0
        var high = all.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if groups[all[middle]].base <= index { low = middle } else { high = middle - 1 }
        }
        // Empty groups share their base with the one behind them.
        while low > 0, groups[all[low]].base > index { low -= 1 }
        return low
    }
}
