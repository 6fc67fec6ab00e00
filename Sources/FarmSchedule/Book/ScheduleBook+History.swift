// Which rows stay.
extension ScheduleBook {
    /// Rows beyond those kept go, the oldest first; the newest success stays, for `check`. Firings that have
    /// not run push out none that have.
    mutating func prune(_ name: String, _ actions: inout [ScheduleAction]) {
        guard let entry = entries[name] else { return }
        let kept = entry.spec?.keep ?? Self.usualRuns
        let success = entry.lastSuccess?.at
        let ran = entry.runs.filter { $0.state.hasRun }
        let idle = entry.runs.filter { $0.state.isFinal && !$0.state.hasRun }
        let oldestRun = ran.count > kept ? ran[ran.count - kept].at : Int64.min
        let oldestIdle = idle.count > Self.mostRows ? idle[idle.count - Self.mostRows].at : Int64.min
        drop(name, &actions) { run in
            guard run.state.isFinal, run.at != success else { return false }
            return run.at < (run.state.hasRun ? oldestRun : max(oldestRun, oldestIdle))
        }
    }

    /// A clock that was far ahead, as that of a machine whose battery is empty may be, must not silence a
    /// schedule until that time has come: what has not come yet is forgotten. Jobs stay.
    mutating func noticeClock(_ name: String, _ now: Int64, _ actions: inout [ScheduleAction]) {
        let horizon = now + Self.putBackSeconds
        if let restart = entries[name]!.restartAt, restart > horizon { entries[name]!.restartAt = now }
        if (entries[name]!.runs.last?.at ?? .min) > horizon {
            drop(name, keepsJobs: true, &actions) { $0.state.isFinal && $0.at > horizon }
        }
        guard max(entries[name]!.decided, entries[name]!.since) > horizon else { return }
        entries[name]!.since = min(entries[name]!.since, now)
        entries[name]!.decided = now
        entries[name]!.look()
        actions.append(.keep(name))
    }

    private mutating func drop(
        _ name: String, keepsJobs: Bool = false, _ actions: inout [ScheduleAction],
        where goes: (ScheduledRun) -> Bool
    ) {
        let entry = entries[name]!
        let gone = entry.runs.filter(goes)
        guard !gone.isEmpty else { return }
        for run in gone {
            // Without `keep` jobs stay as long as any others.
            let job = entry.spec?.keep == nil || keepsJobs ? nil : run.report.job
            actions.append(.dropRun(name, at: run.at, job: job))
        }
        entries[name]!.runs.removeAll(where: goes)
        // The newest row tells after a restart how far firings are decided; when runs by hand have pushed it
        // out, the schedule itself does.
        guard !keepsJobs, let last = gone.last(where: { !$0.isManual })?.at, last > entry.since,
            !entries[name]!.runs.contains(where: { !$0.isManual && $0.at > last })
        else { return }
        entries[name]!.since = last
        actions.append(.keep(name))
    }
}
