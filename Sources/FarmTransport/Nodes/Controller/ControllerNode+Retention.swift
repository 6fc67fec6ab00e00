extension ControllerNode {
    /// Ages are looked at so often.
    private static let retentionPeriod = Int64.seconds(10)
    private static let keepPause = Int64.milliseconds(100)

    /// The oldest ended jobs go when there are too many, when the logs are over their limit, or when they are
    /// kept for no longer; but none before its followers have had it all.
    func retain() {
        var looks = 64
        while now >= keepAgainAt, isKeepingTooMuch, looks > 0 {
            looks -= 1
            // Nothing may go at the moment: not to be looked for in each turn.
            let isPressing = isOverMemory
            if !forgetOldest(where: { isPressing || isOldEnough($0) }) {
                keepAgainAt = now + Self.keepPause
            }
        }
        if let age = settings.retention.ageNanoseconds, now >= retainAt {
            retainAt = now + Self.retentionPeriod
            while looks > 0, forgetOldest(endedBefore: now + -age, where: { _ in true }) { looks -= 1 }
        }
        if !crowdedNames.isEmpty { forgetRuns() }
    }

    /// Whoever has waited for the job may still be looking at what came of it. One that is gone is old.
    private func isOldEnough(_ job: JobID) -> Bool {
        scheduler.summary(of: job).map(isOldEnough) ?? true
    }

    private func isOldEnough(_ job: JobSummary) -> Bool {
        job.endedAt != .zero && job.endedAt + settings.retention.leastAgeNanoseconds <= now
    }

    /// Of each name that has had another end, the oldest runs beyond those kept.
    private func forgetRuns() {
        guard let runs = settings.retention.runs, now >= keepAgainAt else { return }
        defer { if !crowdedNames.isEmpty { keepAgainAt = now + Self.keepPause } }
        let followed = followedJobs
        for name in crowdedNames.sorted() {
            let all = endedRuns[name] ?? []
            for job in all.prefix(max(0, all.count - runs))
            where !followed.contains(job) {
                // One that is waited for goes later.
                let mended = scheduler.superseding(job)
                if !isOldEnough(job) || !mended.allSatisfy(isOldEnough) { continue }
                if case .waitedFor = scheduler.purge(job, into: &actions) { continue }
                for later in mended { _ = scheduler.purge(later, into: &actions) }
            }
            carryOut()
            if endedRuns[name]?.count ?? 0 <= runs { crowdedNames.remove(name) }
        }
    }

    private var isOverMemory: Bool {
        ledger.outcomeBytes > settings.outcomeLimitBytes || scheduler.hasTooManyEndedJobs
    }

    private var isKeepingTooMuch: Bool {
        isOverMemory || settings.retention.bytes.map { ledger.storedBytes > $0 } ?? false
    }

    private func forgetOldest(
        endedBefore moment: Instant = .never, where mayGo: (JobSummary) -> Bool
    ) -> Bool {
        let followed = followedJobs
        let isGone = scheduler.forgetOldestEndedJob(
            endedBefore: moment, into: &actions,
            where: { id, summary in !followed.contains(id) && mayGo(summary) })
        if isGone { carryOut() }
        return isGone
    }

    /// Counts an ended job among those of its name.
    func noteEnd(of job: JobID) {
        // What does tasks again is part of the run that it mends, and goes with it.
        guard let runs = settings.retention.runs, let summary = scheduler.summary(of: job),
            summary.supersedes == nil, !summary.name.isEmpty
        else { return }
        guard nameOfRun.updateValue(summary.name, forKey: job) == nil else { return }
        endedRuns[summary.name, default: []].append(job)
        if endedRuns[summary.name]!.count > runs { crowdedNames.insert(summary.name) }
    }

    func noteForgotten(_ job: JobID) {
        guard let name = nameOfRun.removeValue(forKey: job) else { return }
        endedRuns[name]?.removeAll { $0 == job }
        if endedRuns[name]?.isEmpty == true { endedRuns[name] = nil }
    }

    /// Drops all that is kept of a job that has ended.
    public func purge(_ job: JobID) -> PurgeRefusal? {
        if let refusal = scheduler.purge(job, into: &actions) { return refusal }
        // Its last entries may have come in this very turn; they must not come behind its end.
        flushOutcomes(payloadsIn: UnsafeRawBufferPointer(start: nil, count: 0))
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
