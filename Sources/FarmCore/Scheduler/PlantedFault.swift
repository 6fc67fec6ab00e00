#if DEBUG
/// A mistake that the scheduler makes on purpose, so that tests see whether the simulator would notice it.
/// Release builds know nothing of it.
public enum PlantedFault: String, Sendable, CaseIterable {
    /// A task that its engine has given back is not queued.
    case lostRequeue = "lost requeue"
    /// A late result of a task that has ended is committed again.
    case doubleCommit = "double commit"
    /// What an attempt needed of its engine and the farm is not given back at its end.
    case leakedReservation = "leaked reservation"
    /// The timer of a task that waits for its next try is not set.
    case forgottenTimer = "forgotten timer"
    /// `any` is met only when all have ended as asked.
    case wrongAny = "wrong any-of"
    /// A result counts if the attempt's number fits, whatever its epoch and its engine.
    case fenceByAttempt = "fence by attempt number only"
    /// A failure clears nothing of its lane's queue.
    case uncleared = "uncleared lane"
    /// A gang is sent to one rank fewer than it needs.
    case shortGang = "short gang"
    /// The ranks of an attempt that has failed on one of them are not told to stop.
    case deafRanks = "deaf ranks"
    /// Nobody asks how much time an engine has left.
    case timeless = "timeless"
}

extension Scheduler {
    func makes(_ fault: PlantedFault) -> Bool { settings.plantedFault == fault }

    /// Writes the end of a task that has ended into its job's log once more.
    mutating func commitAgain(
        _ report: AttemptReport, _ payload: PayloadRef, at now: Instant,
        into actions: inout SchedulerActions
    ) {
        let task = report.name.task
        guard let state = position(of: task)?.state, state.isTerminal, let job = jobIndex[task.job.raw]
        else { return }
        let entry = OutcomeEntry(
            kind: .terminal, task: task, state: report.state, cause: report.cause,
            attempt: report.name.attempt, endedAt: now)
        append(entry, payload, job, into: &actions)
    }
}
#endif
