// Brakes and pauses: what may not be sent though it could run.
extension Witness {
    /// What was sent goes by the brakes of its group and of its job. `isFirst`: no attempt of the task was
    /// sent before, as far as this controller knows.
    func checkBrakes(_ task: TaskID, _ job: WitnessedJob, _ number: Int, isFirst: Bool) {
        let group = job.groups[number]
        if let turn = job.trippedAt(number), turn < self.turn {
            fault("task \(task) was sent after its brake had had enough")
        }
        checkRunning(task, group.spec.policy.brake) { $0.job == job.id && group.contains($0.index) }
        checkRunning(task, job.brake) { $0.job == job.id }
        guard isFirst else { return }
        checkCanary(task, group.spec.policy.brake, group.tally, job, group.base..<group.base + group.count)
        checkCanary(task, job.brake, job.tally, job, 0..<job.taskCount)
    }

    private func checkRunning(_ task: TaskID, _ brake: Brake, among isMember: (TaskID) -> Bool) {
        guard brake.maxRunning > 0 else { return }
        let count = out.keys.count(where: isMember)
        if count > Int(brake.maxRunning) {
            fault("task \(task) was sent as one of \(count); at most \(brake.maxRunning) may run")
        }
    }

    /// Until one has succeeded, only so many have been sent as go first, but for those that were cancelled.
    private func checkCanary(
        _ task: TaskID, _ brake: Brake, _ tally: BrakeTally, _ job: WitnessedJob, _ tasks: Range<UInt32>
    ) {
        guard brake.canary > 0, tally.succeeded == 0 else { return }
        let inPlay = tasks.count { index in
            let id = TaskID(job.id, index)
            guard id != task, job.state(index) == nil else { return false }
            return dispatches[id]?.last?.name.epoch == epoch || job.wasTried(index)
        }
        if inPlay + Int(tally.failed) >= Int(brake.canary) {
            fault("task \(task) was sent before one of the \(brake.canary) that go first had succeeded")
        }
    }

    /// Who is cancelled by a brake is so because it had enough.
    func checkBraked(_ entry: OutcomeEntry) {
        guard let job = jobs[entry.task.job.raw], let group = job.group(of: entry.task.index),
            job.trippedAt(group) == nil
        else { return }
        fault("task \(entry.task) was cancelled by a brake that had not had enough")
    }

    /// Nothing is sent of what was paused before this turn.
    func checkPauses(_ task: TaskID) {
        if let since = farmPausedAt, since < turn { fault("task \(task) was sent while the farm is paused") }
        if let since = pausedAt[task.job.raw], since < turn {
            fault("task \(task) was sent while its job is paused")
        }
    }

    func notePause(_ job: JobID?, _ isPaused: Bool) {
        if let job { pausedAt[job.raw] = isPaused ? turn : nil } else { farmPausedAt = isPaused ? turn : nil }
    }
}

extension WitnessedJob.Group {
    func contains(_ index: UInt32) -> Bool { index >= base && index - base < count }
}
