import FarmTransport
import Logging

/// What executors tell, on their threads.
extension EngineCore: AttemptHost {
    func functionEnded(_ end: AttemptEnd, on slot: FunctionSlot) -> Bool {
        ending { () -> Bool in
            // Nobody waits for a function that was given up.
            guard let release = slot.release() else { return false }
            if release.wasStopped { stoppingCount -= 1 }
            let endedAt = end.report.startedAt + end.report.durationNanoseconds
            if declaredWorks.isEmpty, logs[slot.index].isEmpty {
                finish(end, at: endedAt)
            } else {
                var end = end
                if !logs[slot.index].isEmpty { logs[slot.index].take(into: &end.payload) }
                if !looksAgain(at: end) {
                    finish(end, at: endedAt)
                }
            }
            free(slot.index)
            if world?.isWorn == true { renewWorld(at: endedAt) }
            // A Swift task that was cancelled stays so: the next attempt needs a fresh one.
            inlineSlot = release.isCancelled ? nil : slot
            node.handOut()
            inlineSlot = nil
            let goesOn = !release.isCancelled && !isFree(slot.index)
            if policy.added(goesOn: goesOn) { errands.wakes = true }
            return goesOn
        } ?? false
    }

    /// The pool starts anew, when what runs here has ended.
    private func renewWorld(at now: Instant) {
        guard exitCode != WorkerExit.restart else { return }
        logger.notice("too much was left behind by collective tasks that failed: the pool starts anew")
        exitCode = WorkerExit.restart
        node.drain(at: now)
    }

    func kernelLost() {
        _ = ending {
            guard exitCode != WorkerExit.restart else { return }
            logger.error(
                "the Python kernel, which is this engine's rank under MPI, is gone: the pool starts anew")
            exitCode = WorkerExit.restart
            node.leaveNow(at: clock.now)
            node.handOut()
            errands.wakes = true
        }
    }

    func commandsEnded(_ ends: [AttemptEnd]) {
        ending {
            let now = clock.now
            for end in ends where declaredWorks.isEmpty || !looksAgain(at: end) {
                finish(end, at: now)
            }
            node.handOut()
            let goesOn = node.queuedCount > 0
            for _ in ends where policy.added(goesOn: goesOn) { errands.wakes = true }
        }
    }

    /// Under the lock: the node is told of an end.
    func finish(_ end: AttemptEnd, at moment: Instant) {
        var payload = end.payload
        if !givenWorks.isEmpty, let work = givenWorks.removeValue(forKey: end.token.raw) {
            work.appendParameters(to: &payload)
        }
        node.finish(end.token, end.report, payload: payload, at: moment)
    }

    func outputArrived(_ token: AttemptToken, _ stream: OutputMessage.Stream, offset: UInt64, bytes: [UInt8])
    {
        locked {
            bytes.withUnsafeBytes { node.output(token, stream, offset: offset, $0) }
            errands.wakes = true
        }
    }

    /// A function has logged a line.
    func log(task: UInt64, attempt: UInt32, _ line: String) {
        locked {
            guard let slot = slots.first(where: { $0.holds(task: task, attempt: attempt) }) else { return }
            logs[slot.index].append(line)
            guard logsDueAt == .never else { return }
            logsDueAt = clock.now + Self.logNanoseconds
            errands.wakes = true
        }
    }
}
