/// Follows everything that the controller writes down and sends, and knows by itself what may follow what. It
/// shares no code with the scheduler: dependencies, budgets and states are worked out anew, slowly, from what
/// was submitted.
///
/// After a crash it is set back to what the ledger holds; what has been sent before is remembered.
final class Witness {
    /// One dispatch that the controller sent.
    struct Dispatch {
        var name: DispatchName
        var engine: EngineID
        var engineKey: UniqueKey
        var at: Instant
        /// Another attempt may run beside it.
        var mayRace: Bool
        /// Others of its name went to other ranks.
        var isRank: Bool
    }

    /// A dispatch as it went over the wire.
    struct SentDispatch {
        var entry: DispatchEntry
        var payload: [UInt8]
        var engine: EngineID
        var engineKey: UniqueKey
        /// Of a rank of a collective task.
        var seat: GangSeat?
    }

    /// What was wrong, in words; the simulation ends at the first.
    private(set) var faults: [String] = []
    var now = Instant.zero
    var epoch: UInt32 = 0
    var jobs: [UInt32: WitnessedJob] = [:]
    /// Whose each job is.
    var owners: [UInt32: String] = [:]
    /// Jobs that the controller has forgotten.
    private(set) var forgotten: Set<UInt32> = []
    /// When the controller wrote down that a sent task is cancelled.
    private(set) var cancelledAt: [TaskID: Instant] = [:]
    /// All dispatches of each task, oldest first.
    var dispatches: [TaskID: [Dispatch]] = [:]
    /// Tasks that engines said to hold since the last restart.
    var claimed: Set<TaskID> = []
    var engineKeys: [UInt32: UniqueKey] = [:]
    /// What engines say of themselves.
    var infos: [UniqueKey: EngineInfo] = [:]
    /// When engines have said that they leave, as the controller has to understand it.
    var endsOfTime: [UniqueKey: Instant] = [:]
    /// The roster, with the turn in which each engine joined.
    private(set) var roster: [UInt32: Int] = [:]
    /// Engines that took tasks at the end of the last turn, and still do.
    var takers: Set<UInt32> = []
    /// Engines that were quarantined then, and still are.
    var suspects: [UInt32: Suspicion] = [:]
    /// What there is on the whole farm of things with a name.
    var limits: [NamedAmount] = []
    /// Attempts that were sent and have not ended, as far as this controller can know.
    var out: [TaskID: [Taken]] = [:]
    /// Ranks that have ended, of attempts at collective tasks that have not.
    var rankEnds: [TaskID: [OutcomeEntry]] = [:]
    /// When the controller knew that one of them had not ended well.
    var rankFailedAt: [TaskID: (name: DispatchName, at: Instant)] = [:]
    /// In which turn of the controller a job was paused, or the farm.
    var pausedAt: [UInt32: Int] = [:]
    var farmPausedAt: Int?
    var turn = 0
    /// Tasks of lanes that any engine has begun: none is begun twice, over all restarts.
    var begunInLanes: Set<TaskID> = []
    /// Ends, of this turn, that clear a lane's queue.
    var clearing: [OutcomeEntry] = []
    private var hopeless: [OutcomeEntry] = []
    private var unjudged: [SentDispatch] = []
    /// Of this turn; whether they were wanted any more is known at its end.
    private var failures: [OutcomeEntry] = []
    private var tries: [OutcomeEntry] = []
    /// How often each engine was.
    var quarantines: [UInt32: UInt32] = [:]
    /// What speaks against a dispatch during the recovery, in words.
    var holdObjection: ((DispatchName) -> String?)?
    private(set) var dispatchCount = 0
    private(set) var terminalCount = 0
    /// Reading the ledger after a crash: what was checked when it happened is not checked again.
    private var isReplaying = false

    func fault(_ text: String) { faults.append(text) }

    // MARK: The ledger

    func submitted(_ part: SubmissionPart, _ job: JobID, at moment: Instant, owner: String = "") {
        owners[job.raw] = owner
        if jobs[job.raw] == nil {
            guard let header = part.header else { return fault("job \(job) began without its header") }
            forgotten.remove(job.raw)
            jobs[job.raw] = WitnessedJob(
                id: job, key: part.key, isStreaming: header.isStreaming, submittedAt: moment,
                brake: header.brake)
        }
        if jobs[job.raw]?.key != part.key { fault("a part of another submission went into job \(job)") }
        jobs[job.raw]?.take(part, turn: isReplaying ? turn - 1 : turn)
        jobs[job.raw]?.judgeBrakes(turn: turn)
    }

    func noted(_ fact: LedgerFact) {
        switch fact {
        case .epoch(let number):
            if number <= epoch { fault("epoch \(number) follows epoch \(epoch)") }
            epoch = number
        case .engineJoined(let id, let info):
            engineKeys[id.raw] = info.key
            roster[id.raw] = isReplaying ? turn - 1 : turn
        case .engineGone(let id):
            roster[id.raw] = nil
            lost(id)
        case .paused(let job, let isPaused):
            notePause(job, isPaused)
        case .engineAwaited, .newestJob, .schedule, .scheduledRun:
            break
        case .cancelling(let first, let count):
            for index in first.index..<(first.index + count) {
                jobs[first.job.raw]?.cancelRequested.insert(index)
                if !isReplaying { cancelledAt[TaskID(first.job, index)] = now }
            }
        }
    }

    func logged(_ bytes: UnsafeRawBufferPointer, count: Int, _ job: JobID) {
        var offset = 0
        var found = 0
        while let (entry, payload) = try? CompletionEntry.next(in: bytes, at: &offset) {
            found += 1
            take(entry, payload, job)
        }
        if found != count || offset != bytes.count {
            fault("job \(job): \(count) entries announced, \(found) readable")
        }
    }

    func forgot(_ job: JobID) {
        if let known = jobs[job.raw], !known.hasEnded {
            if known.taskCount > 0 { fault("job \(job) was forgotten before its end") }
            // A submission that was abandoned before anything of it was queued never was: after a crash
            // another may have its number.
            jobs[job.raw] = nil
        }
        forgotten.insert(job.raw)
    }

    /// Back to what the ledger holds.
    func crashed(_ ledger: SimulatedLedger) {
        // That a job was dropped may itself not have reached the disk.
        var kept: Set<UInt32> = []
        ledger.replay { step in if case .submission(let record, _) = step { kept.insert(record.job.raw) } }
        forgotten.subtract(kept)
        jobs = jobs.filter { forgotten.contains($0.key) }
        isReplaying = true
        unjudged = []
        failures = []
        tries = []
        hopeless = []
        clearing = []
        out = [:]
        claimed = []
        rankEnds = [:]
        rankFailedAt = [:]
        roster = [:]
        takers = []
        suspects = [:]
        pausedAt = [:]
        farmPausedAt = nil
        epoch = ledger.epoch
        var facts: [LedgerFact] = []
        ledger.reopen()
        ledger.replay { step in
            switch step {
            case .submission(let record, let message):
                guard let part = try? SubmitMessage(decoding: message) else {
                    return fault("a part of job \(record.job) cannot be read back")
                }
                submitted(part, record.job, at: record.at, owner: record.owner)
            case .fact(let fact): facts.append(fact)
            case .outcomes(let job, let bytes, let count): logged(bytes, count: count, job)
            }
        }
        for fact in facts { noted(fact) }
        isReplaying = false
    }

    private func take(_ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer, _ id: JobID) {
        guard entry.task.job == id, var job = jobs[id.raw] else {
            return fault("an entry of task \(entry.task) in the log of job \(id)")
        }
        jobs[id.raw] = nil
        job.entries += 1
        switch entry.kind {
        case .sealed:
            if job.isSealed, job.taskCount != entry.count || job.sawSealed {
                fault("job \(id) was sealed with \(entry.count) tasks, it has \(job.taskCount)")
            }
            job.isSealed = true
            job.sawSealed = true
            if !job.groups.isEmpty { job.groups[job.groups.count - 1].isClosed = true }
            job.judgeBrakes(turn: turn)
        case .attempt:
            if job.state(entry.task.index) != nil {
                fault("task \(entry.task) was tried again after its end")
            }
            if !isReplaying { checkRanks(entry, job) }
            job.noteError(entry, payload)
            job.count(entry, self)
            if !isReplaying {
                out[entry.task] = nil
                tries.append(entry)
                checkSource(entry)
            }
        case .rank:
            job.noteError(entry, payload)
            job.triedByRanks.insert(entry.task.index)
            if !isReplaying { takeRank(entry, job) }
        case .forgiven:
            // What may have been is known from where it failed, by `free`.
            if job.state(entry.task.index) != nil {
                fault("a failure of task \(entry.task) was forgiven after its end")
            }
        case .terminal, .range:
            job.noteError(entry, payload)
            end(entry, &job)
        }
        jobs[id.raw] = job
        // Conditions look at other jobs, and at this one as it is now.
        guard !isReplaying else { return }
        checkRunOut(entry)
        if entry.kind == .terminal || entry.kind == .range { noteLaneEnd(entry) }
        if entry.cause == .dependency { checkUnreachable(entry) }
        if entry.cause == .brake { checkBraked(entry) }
        if entry.state == .impossible, entry.cause != .dependency { hopeless.append(entry) }
        if entry.kind == .terminal, entry.state == .succeeded || !payload.isEmpty {
            checkPayload(entry, payload, job)
        } else if entry.kind == .attempt || entry.kind == .rank, !payload.isEmpty {
            checkPayload(entry, payload, job)
        }
        if entry.kind == .terminal, entry.startedAt != .zero { checkOrder(entry, job) }
    }

    private func end(_ entry: OutcomeEntry, _ job: inout WitnessedJob) {
        guard entry.state.isTerminal, entry.count > 0 else {
            return fault("task \(entry.task) ended as \(entry.state.word), \(entry.count) times")
        }
        for index in entry.task.index..<(entry.task.index + entry.count) {
            guard index < job.taskCount else {
                return fault("task \(TaskID(job.id, index)) ended, and is none")
            }
            if let before = job.state(index) {
                fault("task \(TaskID(job.id, index)) ended as \(before.word), then as \(entry.state.word)")
            }
            if entry.state == .expired { job.checkExpiry(index, entry, self) }
            job.end(
                index, entry.state, root: entry.cause == .dependency ? entry.root : TaskID(job.id, index),
                at: entry.endedAt)
            job.count(entry.state, of: index, turn: turn)
            terminalCount += 1
        }
        if entry.kind == .terminal {
            out[entry.task] = nil
            if entry.engine != .none { job.ranOn[entry.task.index] = entry.engine.raw }
        }
        guard entry.kind == .terminal, !isReplaying else { return }
        checkRanks(entry, job)
        if entry.state == .failed { failures.append(entry) }
        if entry.startedAt > entry.endedAt { fault("task \(entry.task) ended before it started") }
        checkSource(entry)
    }

    func sent(_ dispatch: SentDispatch) {
        dispatchCount += 1
        unjudged.append(dispatch)
    }

    func takeFailures() -> [OutcomeEntry] {
        defer { failures.removeAll(keepingCapacity: true) }
        return failures
    }

    func takeTries() -> [OutcomeEntry] {
        defer { tries.removeAll(keepingCapacity: true) }
        return tries
    }

    func takeHopeless() -> [OutcomeEntry] {
        defer { hopeless.removeAll(keepingCapacity: true) }
        return hopeless
    }

    func takeSent() -> [SentDispatch] {
        defer { unjudged.removeAll(keepingCapacity: true) }
        return unjudged
    }
}
