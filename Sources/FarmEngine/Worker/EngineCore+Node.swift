import FarmTransport
import Logging

/// What the I/O thread does with the node.
extension EngineCore: PeerNode {
    var grant: [UInt8] {
        get { locked { node.grant } }
        set { locked { node.grant = newValue } }
    }

    func connected(at now: Instant) { turn { node.connected(at: now) } }

    func disconnected(at now: Instant) {
        locked {
            sink.forget()
            node.disconnected(at: now)
        }
    }

    func receive(kind: MessageKind, body: UnsafeRawBufferPointer, at now: Instant) {
        turn { node.receive(kind: kind, body: body, at: now) }
    }

    func receive(kind: MessageKind, whole body: [UInt8], at now: Instant) {
        turn { node.receive(kind: kind, whole: body, at: now) }
    }

    var nextTimer: Instant {
        locked {
            var next = min(node.nextTimer, logsDueAt)
            if let promised = policy.promisedAt { next = min(next, promised) }
            if stoppingCount > 0 { for slot in slots { next = min(next, slot.deadline) } }
            return next
        }
    }

    func tick(at now: Instant) {
        turn {
            if node.nextTimer <= now { node.tick(at: now) }
            if stoppingCount > 0 { giveUpOverdue(at: now) }
            if logsDueAt <= now { tellLogs() }
        }
    }

    func endTurn(at now: Instant) {
        turn {
            if policy.holds(at: now), !node.hasAnswers { return node.handOut() }
            node.endTurn(at: now)
            policy.sent(at: now)
        }
    }

    /// Functions that do not end although they were told to: the attempt is reported without them, and the
    /// worker is renewed, since nothing else can end a thread. It takes nothing new, lets the other attempts
    /// finish, and is started again by the nanny; so what ignores cancellation lives as long as its
    /// neighbours' attempts at most.
    ///
    /// A rank of a collective task does not wait for its neighbours, which are queued again free of charge:
    /// the other ranks may be waiting for it.
    private func giveUpOverdue(at now: Instant) {
        for index in slots.indices where slots[index].deadline <= now {
            guard let (work, notice) = slots[index].abandon() else { continue }
            let activity = world?.activity(task: work.name.task.raw, attempt: work.name.attempt)
            stoppingCount -= 1
            exitCode = WorkerExit.restart
            let what =
                work.seat == nil
                ? "takes nothing new and is restarted when it is idle" : "ends, and its pool starts anew"
            logger.error(
                "task \(work.name.task)\(activity.map { ", \($0)," } ?? "") ignores cancellation: the worker \(what)"
            )
            if work.seat == nil { node.drain(at: now) } else { node.leaveNow(at: now) }
            let end = FunctionCall.overrun(work, notice, activity, at: now)
            node.finish(end.token, end.report, payload: end.payload, at: now)
            slots[index] = FunctionSlot(index: index, clock: clock)
            logs[index] = FunctionLog()
            free(index)
        }
    }

    private func tellLogs() {
        logsDueAt = .never
        for index in slots.indices where logs[index].hasNews {
            guard let token = slots[index].token else { continue }
            let news = logs[index].takeNews()
            news.bytes.withUnsafeBytes { node.output(token, .error, offset: news.offset, $0) }
        }
    }
}
