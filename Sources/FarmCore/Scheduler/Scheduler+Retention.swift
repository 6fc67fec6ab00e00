extension Scheduler {
    /// Forgets the oldest ended job that nobody waits for and that `mayGo` lets go; false if there is none
    /// among the first few.
    ///
    /// One that has not ended before `moment`, nor have those behind it.
    public mutating func forgetOldestEndedJob(
        endedBefore moment: Instant = .never, into actions: inout SchedulerActions,
        where mayGo: (JobID, JobSummary) -> Bool = { _, _ in true }
    ) -> Bool {
        var looks = min(16, endedJobs.count - endedJobsHead)
        while looks > 0 {
            looks -= 1
            let oldest = endedJobs[endedJobsHead]
            if let job = jobIndex[oldest.raw], jobs[job].endedAt >= moment { return false }
            endedJobsHead += 1
            if endedJobsHead > 1024, endedJobsHead * 2 > endedJobs.count {
                endedJobs.removeFirst(endedJobsHead)
                endedJobsHead = 0
            }
            guard let job = jobIndex[oldest.raw] else { continue }
            if jobs[job].dependents == 0, mayGo(oldest, summary(slot: job)) {
                forget(oldest, into: &actions)
                return true
            }
            endedJobs.append(oldest)
        }
        return false
    }

    /// Forgets this job.
    public mutating func purge(_ id: JobID, into actions: inout SchedulerActions) -> PurgeRefusal? {
        guard let job = jobIndex[id.raw] else { return .unknown }
        guard jobs[job].endedAt != .zero else { return .unfinished(jobs[job].counts.unfinished) }
        guard jobs[job].dependents == 0 else { return .waitedFor(jobs[job].dependents) }
        if let index = endedJobs[endedJobsHead...].firstIndex(of: id) { endedJobs.remove(at: index) }
        forget(id, into: &actions)
        return nil
    }

    mutating func endJobIfDone(_ job: Int32, at now: Instant, into actions: inout SchedulerActions) {
        guard jobs[job].hasEnded, jobs[job].endedAt == .zero else { return }
        // By its log, which a restart reads again.
        jobs[job].endedAt = jobs[job].newestEnd == .zero ? now : jobs[job].newestEnd
        actions.controls.append(.jobEnded(jobs[job].id))
        endedJobs.append(jobs[job].id)
        for other in jobs[job].dependsOn {
            if let slot = jobIndex[other] { jobs[slot].dependents -= 1 }
        }
        jobs[job].dependsOn = []
        // Nothing of it is sent any more.
        for group in jobs[job].groups where groups[group].queue >= 0 {
            speculating.remove(group)
            releaseQueue(groups[group].queue)
            groups[group].queue = -1
            if groups[group].lane >= 0 { leaveLane(group) }
            if groups[group].brake >= 0 { brakes.remove(groups[group].brake) }
            groups[group].brake = -1
        }
        dropBrakes(of: job)
    }

    mutating func dropBrakes(of job: Int32) {
        if jobs[job].brake >= 0 { brakes.remove(jobs[job].brake) }
        jobs[job].brake = -1
    }

    /// More ended jobs are remembered than `endedJobsKept`: some should be forgotten.
    public var hasTooManyEndedJobs: Bool { endedJobs.count - endedJobsHead > settings.endedJobsKept }

    private mutating func forget(_ id: JobID, into actions: inout SchedulerActions) {
        guard let job = jobIndex.removeValue(forKey: id.raw) else { return }
        jobByKey[jobs[job].key] = nil
        supersedesNoMore(job)
        for group in jobs[job].groups {
            removeGroup(group)
        }
        if jobs[job].isPaused { actions.controls.append(.fact(.paused(id, false))) }
        jobs.remove(job)
        actions.controls.append(.forgetJob(id))
    }

    /// Whether this dispatch is live at this engine. O(1).
    public func isLive(_ name: DispatchName, at engine: EngineHandle) -> Bool {
        contains(engine) && slot(of: name, at: engine.slot) != nil
    }

    /// Whether the engine holds any attempt.
    public func holdsAttempts(_ engine: EngineHandle) -> Bool {
        contains(engine) && engines[engine.slot].head >= 0
    }
}

/// Why a job cannot be forgotten.
public enum PurgeRefusal: Equatable, Sendable {
    case unknown
    /// So many of its tasks have not ended.
    case unfinished(Int)
    /// So many unfinished jobs wait for it.
    case waitedFor(Int)
}
