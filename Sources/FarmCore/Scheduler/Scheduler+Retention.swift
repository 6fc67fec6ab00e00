extension Scheduler {
    /// Forgets the oldest ended job; false if none has ended.
    public mutating func forgetOldestEndedJob(into actions: inout SchedulerActions) -> Bool {
        guard endedJobsHead < endedJobs.count else { return false }
        let oldest = endedJobs[endedJobsHead]
        endedJobsHead += 1
        if endedJobsHead > 1024, endedJobsHead * 2 > endedJobs.count {
            endedJobs.removeFirst(endedJobsHead)
            endedJobsHead = 0
        }
        forget(oldest, into: &actions)
        return true
    }

    mutating func endJobIfDone(_ job: Int32, at now: Instant, into actions: inout SchedulerActions) {
        guard jobs[job].hasEnded, jobs[job].endedAt == .zero else { return }
        jobs[job].endedAt = now
        actions.controls.append(.jobEnded(jobs[job].id))
        endedJobs.append(jobs[job].id)
        if endedJobs.count - endedJobsHead > settings.endedJobsKept {
            _ = forgetOldestEndedJob(into: &actions)
        }
    }

    private mutating func forget(_ id: JobID, into actions: inout SchedulerActions) {
        guard let job = jobIndex.removeValue(forKey: id.raw) else { return }
        jobByKey[jobs[job].key] = nil
        for group in jobs[job].groups { groups.remove(group) }
        jobs.remove(job)
        actions.controls.append(.forgetJob(id))
    }

    /// Whether the engine holds any attempt.
    public func holdsAttempts(_ engine: EngineHandle) -> Bool {
        engines.contains(engine.slot) && engines[engine.slot].outstanding > 0
    }
}
