extension Witness {
    /// The controller sends a task. It is judged when the turn is over, for what has ended in the turn is
    /// written down after its dispatches.
    func dispatched(_ entry: DispatchEntry, _ payload: [UInt8], to engine: EngineID, key: UniqueKey) {
        sent(SentDispatch(entry: entry, payload: payload, engine: engine, engineKey: key))
    }

    /// Judges what was sent in the turn: only runnable tasks, with what belongs to them, and nothing that is
    /// wanted no more; and what failed for good in it.
    ///
    /// - Parameter takers: engines that are now given whatever they have room for.
    /// - Parameter suspects: those that are quarantined now.
    func turnEnded(takers now: [UInt32] = [], suspects newest: [UInt32: Suspicion] = [:]) {
        takers.formIntersection(now)
        suspects = suspects.filter { newest[$0.key] == $0.value }
        defer {
            takers = Set(now)
            suspects = newest
            turn += 1
        }
        for entry in takeTries() { jobs[entry.task.job.raw]?.checkBudgets(entry, self) }
        for entry in takeFailures() { jobs[entry.task.job.raw]?.checkFailure(entry, self) }
        let sent = takeSent()
        for one in sent { judge(one) }
        checkGangs(sent)
        for entry in takeHopeless() { checkHopeless(entry) }
        checkClearing()
    }

    private func judge(_ sent: SentDispatch) {
        let name = sent.entry.name
        let task = name.task
        guard let job = jobs[task.job.raw], let number = job.group(of: task.index) else {
            return fault("task \(task) was sent, and is none")
        }
        let group = job.groups[number]
        if name.epoch != epoch { fault("task \(task) was sent in epoch \(name.epoch), which is \(epoch)") }
        if let state = job.state(task.index) {
            fault("task \(task) was sent after it ended as \(state.word)")
        }
        if job.cancelRequested.contains(task.index) { fault("task \(task) was sent after its cancel") }
        let stage = UInt32(job.spent[task.index]?.stage ?? 0)
        let raises = UInt32(Self.raises(group.spec.policy, job.spent[task.index]))
        let variant =
            stage << SchedulerActions.Dispatch.recoveryShift | raises << SchedulerActions.Dispatch.raiseShift
        if UInt32(number) | variant != sent.entry.group
            || task.index - group.base != sent.entry.index
        {
            fault("task \(task) was sent as task \(sent.entry.index) of group \(sent.entry.group)")
        }
        if now < job.earliest(task.index, self) { fault("task \(task) was sent before its delay was over") }
        if now >= job.expiry(of: number) { fault("task \(task) was sent after its deadline") }
        if now >= job.startLimit(of: number), name.attempt == 1 {
            fault("task \(task) was sent first when it was to have begun before")
        }
        if !isMet(number, of: task.job) { fault("task \(task) was sent before its dependencies were met") }
        if sent.payload != expectedPayload(job, number, task.index) {
            fault("task \(task) was sent with the payload of another")
        }
        var known = dispatches[task] ?? []
        if let last = known.last, last.name.epoch == name.epoch, last.name.attempt > name.attempt,
            !last.mayRace
        {
            fault("attempt \(name.attempt) of task \(task) was sent after attempt \(last.name.attempt)")
        }
        checkHold(sent)
        checkAlone(sent, group.spec.policy)
        checkSuspicion(sent)
        checkPauses(task)
        checkLaneOrder(task)
        checkPlace(sent, job, number)
        checkTime(sent, group.spec.policy, stage: Int(stage))
        checkNeeds(sent, group.spec.policy, job.spent[task.index])
        checkBrakes(
            task, job, number,
            isFirst: known.last?.name.epoch != epoch && !job.wasTried(task.index) && !claimed.contains(task))
        known.append(
            Dispatch(
                name: name, engine: sent.engine, engineKey: sent.engineKey, at: now,
                mayRace: group.spec.policy.speculate, isRank: sent.seat != nil))
        dispatches[task] = known
    }

    /// After a restart nothing is sent that an engine still runs, unless that engine was given up.
    private func checkHold(_ sent: SentDispatch) {
        guard let text = holdObjection?(sent.entry.name) else { return }
        fault(text)
    }

    /// A task is sent again when no attempt of it can run any more: its engine has told its end, has given it
    /// back, does not claim it, or is lost.
    private func checkAlone(_ sent: SentDispatch, _ policy: TaskPolicy) {
        let task = sent.entry.name.task
        guard !policy.speculate, policy.collective == nil, let other = out[task]?.first else { return }
        fault(
            "attempt \(sent.entry.name.attempt) of task \(task) was sent while attempt \(other.name.attempt) is out at \(infos[other.key]?.name ?? "an engine")"
        )
    }

    func expectedPayload(_ job: WitnessedJob, _ group: Int, _ index: UInt32) -> [UInt8] {
        let payloads = job.groups[group].spec.payloads
        guard payloads.count > 0 else { return [] }
        return JobScript.payload(job.key, index, bytes: payloads.range(0).count)
    }

    /// An attempt counts only if it is the one that was sent last. After a restart that may be one of before.
    func checkSource(_ entry: OutcomeEntry) {
        guard entry.state == .succeeded || entry.state == .failed, entry.attempt > 0 else {
            if entry.state == .succeeded { fault("task \(entry.task) succeeded without an attempt") }
            return
        }
        // It waited in a lane when the engine was gone for good, having come back from there before, if at
        // all.
        if entry.cause == .engineLost, entry.engine == .none { return }
        let candidates = mayCount(entry.task)
        let isKnown = candidates.contains {
            $0.name.attempt == entry.attempt && engineKeys[entry.engine.raw] == $0.engineKey
        }
        if !isKnown {
            fault(
                "the end of attempt \(entry.attempt) of task \(entry.task) at engine \(entry.engine) is not of its last dispatch: \(candidates), \(String(describing: engineKeys[entry.engine.raw]))"
            )
        }
    }

    /// The dispatches whose result may count: the last of this incarnation, else any from before.
    private func mayCount(_ task: TaskID) -> [Dispatch] {
        let all = dispatches[task] ?? []
        guard let last = all.last, last.name.epoch == epoch else { return all }
        // Of attempts that race any may be the first, or the one that is left; a gang's ranks have one name.
        if last.mayRace { return all.filter { $0.name.epoch == epoch } }
        return last.isRank ? all.filter { $0.name == last.name } : [last]
    }

    /// What came back is what went out, with the answer of the task itself, and of the very dispatch that
    /// counts.
    func checkPayload(_ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer, _ job: WitnessedJob) {
        guard let group = job.group(of: entry.task.index) else { return }
        if entry.cause == .unchanged { return checkSkipped(entry, payload, job, group) }
        let input = expectedPayload(job, group, entry.task.index)
        let value = (try? AttemptPayload.value(in: payload))??.bytes
        let isRight = mayCount(entry.task).contains {
            value?.elementsEqual(Answer.value($0.name, input)) == true
        }
        if !isRight { fault("task \(entry.task) has the result of another task or dispatch") }
    }
}

/// What simulated tasks return: who they are and what they were given, and why they failed.
enum Answer {
    static func bytes(
        _ name: DispatchName, _ input: [UInt8], error: String = "", key: ContentKey? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        AttemptPayload(
            value: .init(codec: 0, bytes: value(name, input)), errorName: error.isEmpty ? nil : error,
            content: key.map { ContentRecord(key: $0) }
        ).encode(into: &bytes)
        return bytes
    }

    static func value(_ name: DispatchName, _ input: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16 + input.count)
        withUnsafeBytes(of: name.task.raw.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: (name.attempt.littleEndian, name.epoch.littleEndian)) {
            bytes.append(contentsOf: $0)
        }
        return bytes + input
    }
}
