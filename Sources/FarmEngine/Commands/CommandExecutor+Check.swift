import FarmProcess
import FarmTransport
import Synchronization

/// Checks: what runs before a command, to say whether it can run here.
extension CommandExecutor {
    /// What the end of a check comes to.
    enum Checked {
        /// The command follows.
        case passed
        case failed(AttemptEnd)
    }

    /// Whether what it writes is of interest while it runs: not that of checks, nor, of a collective task,
    /// that of ranks but the first, which would be mixed with its.
    func isTold(_ token: UInt64) -> Bool {
        state.withLock { state in
            guard let entry = state.entries[token] else { return true }
            return !entry.isChecking && entry.work?.seat?.rank ?? 0 == 0
        }
    }

    /// Goes on after a check; nil if what has ended was none.
    func checked(_ exit: ProcessExit) -> Checked? {
        let entry = state.withLock { state -> Entry? in
            guard let entry = state.entries[exit.token], entry.isChecking else { return nil }
            state.entries[exit.token]?.isChecking = false
            // A stop that comes before the command has a runner waits for it.
            state.entries[exit.token]?.isSpawned = false
            state.entries[exit.token]?.checkedAtNanoseconds = exit.startedAtNanoseconds
            return entry
        }
        guard let entry, let work = entry.work, let task = entry.task else { return nil }
        if exit.ending.isSuccess, entry.stop == nil {
            spawn(work, task)
            return .passed
        }
        return .failed(report(exit, work, entry.stop))
    }

    private func report(_ exit: ProcessExit, _ work: AttemptWork, _ stop: StopNotice?) -> AttemptEnd {
        let startedAt = Instant(nanoseconds: Int64(exit.startedAtNanoseconds) + clockOffset)
        // A check that was stopped ends with the stop, not before it: its success is not the task's.
        let seenAt = Instant(nanoseconds: Int64(exit.endedAtNanoseconds) + clockOffset)
        let endedAt = stop.map { max($0.at + 1, seenAt) } ?? seenAt
        var report = AttemptReport(
            name: work.name, state: .failed, cause: .notHere, startedAt: startedAt,
            durationNanoseconds: max(0, endedAt - startedAt),
            cpuNanoseconds: Int64(clamping: exit.usage.cpuNanoseconds))
        var message: String
        switch exit.ending {
        case .exited(let code):
            message = CommandReport.lastWords(exit.output)
            if message.isEmpty { message = "its check ended with exit code \(code)" }
        case .signalled(let signal, _):
            message = "its check was killed by signal \(SignalName.of(signal))"
        case .notStarted(let error):
            report.cause = .notStarted
            message = error.message
        case .lost:
            message = "how its check ended is not known"
        }
        if let text = CommandReport.outOfMemory(exit.memory) {
            report.cause = .outOfMemory
            message = "its check: " + text
        }
        if let stop {
            (report.state, report.cause) =
                stop.reason == .timeout ? (.failed, .timeout) : (.cancelled, .cancelled)
            message = stop.message(
                timeoutNanoseconds: work.group.timeoutNanoseconds, obeyed: CommandReport.obeyed(exit.ending))
        }
        return AttemptEnd(
            token: work.token, report: report, payload: FunctionCall.error(message, name: nil))
    }
}
