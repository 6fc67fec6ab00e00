extension ControllerNode {
    /// Ages are looked at so often.
    private static let retentionPeriod = Int64.seconds(10)

    /// The oldest ended jobs go when there are too many, when the logs are over their limit, or when they are
    /// kept for no longer; but none before its followers have had it all.
    func retain() {
        var looks = 64
        while isKeepingTooMuch, looks > 0 {
            looks -= 1
            guard forgetOldest(where: { _ in true }) else { break }
        }
        if let age = settings.retention.ageNanoseconds, now >= retainAt {
            retainAt = now + Self.retentionPeriod
            while looks > 0,
                forgetOldest(where: { [now] job in job.endedAt + age < now })
            { looks -= 1 }
        }
        guard let runs = settings.retention.runs, !endedRuns.isEmpty else { return }
        for name in endedRuns.keys.sorted() where endedRuns[name]!.count > runs {
            let followed = followedJobs
            for job in endedRuns[name]!.prefix(endedRuns[name]!.count - runs) where !followed.contains(job) {
                // One that is waited for goes later.
                if case .waitedFor = scheduler.purge(job, into: &actions) { continue }
                endedRuns[name]!.removeAll { $0 == job }
            }
        }
        carryOut()
    }

    private var isKeepingTooMuch: Bool {
        ledger.outcomeBytes > settings.outcomeLimitBytes || scheduler.hasTooManyEndedJobs
            || settings.retention.bytes.map { ledger.storedBytes > $0 } ?? false
    }

    private func forgetOldest(where mayGo: (JobSummary) -> Bool) -> Bool {
        let followed = followedJobs
        let isGone = scheduler.forgetOldestEndedJob(
            into: &actions,
            where: { id, summary in !followed.contains(id) && mayGo(summary) })
        if isGone { carryOut() }
        return isGone
    }

    /// Counts an ended job among those of its name.
    func noteEnd(of job: JobID) {
        guard settings.retention.runs != nil, let name = scheduler.summary(of: job)?.name, !name.isEmpty
        else {
            return
        }
        endedRuns[name, default: []].append(job)
    }

    /// Drops all that is kept of a job that has ended.
    public func purge(_ job: JobID) -> PurgeRefusal? {
        if let refusal = scheduler.purge(job, into: &actions) { return refusal }
        carryOut()
        return nil
    }

    /// Jobs of which some session has still to be sent something: also those whose followers are known only
    /// once they are told that the job is accepted.
    private var followedJobs: Set<JobID> {
        var jobs = Set(
            subscribers.filter { job, sessions in
                let end = scheduler.summary(of: job)?.entries ?? 0
                return sessions.contains { (clients[$0]?.subscriptions[job] ?? end) < end }
            }.keys)
        for release in throttled.map(\.release) + unwaiting + pending[pendingHead...] {
            if case .accepted(_, let message, true) = release.message { jobs.insert(message.job) }
        }
        return jobs
    }
}
