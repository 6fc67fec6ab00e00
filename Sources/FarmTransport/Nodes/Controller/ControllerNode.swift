public import FarmWire

/// The controller without socket, clock and disk: the scheduler, the glue to the wire, and what is written to
/// and read from the ledger. Driven by a shell over ZeroMQ or by the simulator; all calls come from one
/// thread.
///
/// A turn: the transport hands over what has come (`SessionHandler`), then `endTurn` decides and sends.
/// Payload bytes are copied once, from the submission into the dispatch, or from the result into the job's
/// outcome log.
public final class ControllerNode: SessionHandler {
    public let settings: ControllerNodeSettings
    public internal(set) var scheduler: Scheduler
    public weak var delegate: (any ControllerNodeDelegate)?

    let ledger: any Ledger
    unowned let sink: any SessionSink
    var actions = SchedulerActions()
    /// Time of the current turn.
    public internal(set) var now = Instant.zero

    var payloads = PayloadStore()
    var jobs: [UInt32: JobTemplates] = [:]
    var outboxes: [EngineOutbox?] = []
    var engineSessions: [SessionID: EngineHandle] = [:]
    var clients: [SessionID: ClientRecord] = [:]
    var subscribers: [JobID: [SessionID]] = [:]

    /// Entries of one job that are not with the ledger yet.
    var logBuffer: [UInt8] = []
    /// Of collective tasks that are being run: the payload that their end will have.
    var gangPayloads: [TaskID: KeptPayload] = [:]
    var logCount = 0
    var logJob = JobID(0)
    var dirtyJobs: Set<JobID> = []
    var hasUncommitted = false

    /// Engines that get nothing before the chunk with their place in the roster is safe; 0: not closed yet.
    var joining: [(engine: EngineHandle, chunk: UInt64)] = []
    /// Jobs with tasks in lanes, whose first so many tasks are sent only when that chunk is safe; 0: not
    /// closed yet.
    var securing: [(job: JobID, tasks: UInt32, chunk: UInt64)] = []
    /// Slots of `outboxes` that have something to send.
    var touched: [Int] = []
    /// Slots of `outboxes` whose engine may let go of something, how many have not been told meanwhile, and
    /// when they are at the latest.
    var untidy: [Int] = []
    var untidyCount = 0
    var tidyAt = Instant.never
    /// Live tasks of which output has come.
    var talkative: Set<TaskID> = []
    /// Clients that are away with submissions incomplete, and until when they may come back.
    var absent: [UniqueKey: Instant] = [:]
    /// What launchers have told, by their clients' keys.
    var launchers: [UniqueKey: HeardLauncher] = [:]
    var templateBytes = 0
    /// What has succeeded, by what it depended on.
    var contents = ContentTable()
    /// Ended jobs by name, oldest first, if only some of each are kept.
    var endedRuns: [String: [JobID]] = [:]
    var nameOfRun: [JobID: String] = [:]
    /// Those of which there are too many.
    var crowdedNames: Set<String> = []
    /// When jobs that are too many are looked for next.
    var keepAgainAt = Instant.zero
    /// When ages are looked at next.
    var retainAt = Instant.zero
    /// The newest chunk that was closed.
    var newestChunk: UInt64 = 0

    var pending: [PendingRelease] = []
    var pendingHead = 0
    /// Batches of results that are safe with the next commit.
    var recorded: [(session: SessionID, batch: UInt64, bytes: UInt64)] = []
    /// Acknowledgements held back while payloads are over the soft limit.
    var throttled: [(until: Instant, release: PendingRelease)] = []
    /// The same for what does not wait for the disk.
    var unwaiting: [PendingRelease] = []
    var message: [UInt8] = []
    /// What the ledger holds of schedules, each before its runs; for the shell.
    var recoveredSchedules: [LedgerFact] = []
    /// What of the ledger could not be read at the start: then the controller must not go on.
    public internal(set) var recoveryProblem: RecoveryProblem?

    public init(
        scheduler: SchedulerSettings = SchedulerSettings(), settings: ControllerNodeSettings,
        ledger: any Ledger, sink: any SessionSink, at now: Instant
    ) {
        self.settings = settings
        self.ledger = ledger
        self.sink = sink
        self.now = now
        // A ledger without a past begins at the time of day: an engine that outlived another ledger must not
        // hold dispatches with names that this one gives out.
        let last = ledger.epoch
        // In the lower half, so that no number of restarts comes to the end of them.
        let fresh = UInt32(truncatingIfNeeded: now.nanoseconds / 1_000_000) & 0x7FFF_FFFF | 1
        let epoch = last == 0 ? fresh : last &+ 1
        self.scheduler = Scheduler(settings: scheduler, epoch: epoch)
        ledger.append(fact: .epoch(epoch))
        recover()
        // The shell lets nobody in before this is safe: no two lives may use one epoch.
        _ = ledger.commit()
    }

    /// Sets the time for the calls that follow.
    public func begin(at now: Instant) { self.now = max(self.now, now) }

    /// Keeps a fact of the shell's. It is recorded before the answer to the query goes out in which this is
    /// called.
    public func keep(_ fact: LedgerFact) {
        ledger.append(fact: fact)
        hasUncommitted = true
    }

    /// What the ledger held of schedules at the start; once.
    public func takeSchedules() -> [LedgerFact] {
        defer { recoveredSchedules = [] }
        return recoveredSchedules
    }

    /// Cancels a job for the controller itself; nothing comes of it if that has ended, or is not there.
    public func cancel(_ job: JobID) {
        // No session has this number: nobody is told.
        handle(.cancel(SessionID(0), request: 0, [TaskRange(job: job)]))
    }

    /// When `endTurn` is wanted at the latest.
    public var nextTimer: Instant {
        let next = min(min(scheduler.nextTimer, tidyAt), throttled.first?.until ?? .never)
        let launcher = launchers.values.lazy.compactMap(\.until).min() ?? .never
        return absent.isEmpty ? min(next, launcher) : min(next, min(launcher, absent.values.min() ?? .never))
    }

    /// Decides, sends and commits. To be called when all that had come was handed over, up to the transport's
    /// bound, and when `nextTimer` has come.
    public func endTurn(at now: Instant) {
        begin(at: now)
        if scheduler.checksHeartbeats(by: now) { hearEngines() }
        if !absent.isEmpty { giveUpAbsent() }
        if !launchers.isEmpty { giveUpLaunchers() }
        admitRecorded()
        admitSecured()
        repeat {
            scheduler.endTurn(at: now, into: &actions)
            flushOutcomes(payloadsIn: UnsafeRawBufferPointer(start: nil, count: 0))
            carryOut()
            sendDispatches()
            flushEngines()
            commit()
            // A ledger that does not wait for the disk calls nobody back when it has taken something.
        } while admitRecorded() || admitSecured()
        release()
        tidyUp()
        retain()
    }

    /// The scheduler hears of engines by their messages only; pings and pongs end in the transport.
    private func hearEngines() {
        for (session, engine) in engineSessions {
            if let heard = sink.lastHeard(session) { scheduler.heard(engine, at: heard) }
        }
    }

    // MARK: SessionHandler

    public func helloArrived(_ arrival: HelloArrival) {
        if arrival.hello.engine != nil { engineArrived(arrival) } else { clientArrived(arrival) }
    }

    public func received(_ session: SessionID, _ kind: MessageKind, _ body: UnsafeRawBufferPointer) {
        do throws(WireError) {
            try take(session, kind, body)
        } catch {
            sink.mute(session, code: .malformed, message: error.description)
        }
    }

    public func sessionLost(_ session: SessionID, _ reason: SessionLoss) {
        if let engine = engineSessions.removeValue(forKey: session) {
            dropOutbox(engine, session)
            if case .left = reason {
                handle(.engineBye(engine))
            } else {
                handle(.engineDisconnected(engine, session))
            }
        }
        if let client = clients.removeValue(forKey: session) {
            for job in client.subscriptions.keys { drop(session, from: job) }
            noteAbsence(of: client.key)
            loseLauncher(client.key, hasLeft: reason == .left)
        }
        delegate?.log(.sessionLost(session, reason.words))
    }

    func dropOutbox(_ engine: EngineHandle, _ session: SessionID) {
        let slot = Int(engine.slot)
        if slot < outboxes.count, outboxes[slot]?.session == session { outboxes[slot] = nil }
    }

    private func take(
        _ session: SessionID, _ kind: MessageKind, _ body: UnsafeRawBufferPointer
    ) throws(WireError) {
        switch kind {
        case .results: try results(session, body)
        case .submit: try submit(session, body)
        case .started:
            guard let engine = engineSessions[session] else { return }
            for entry in try StartedMessage(decoding: body).entries { handle(.started(engine, entry.name)) }
        case .recalled:
            guard let engine = engineSessions[session] else { return }
            let entries = try RecalledMessage(decoding: body).entries
            if entries.isEmpty {
                handle(.engineDraining(engine))
                leaves(engine)
            }
            for entry in entries {
                handle(.recalled(engine, entry.name, givenBack: entry.isGivenBack))
            }
        case .cancel:
            let message = try CancelMessage(decoding: body)
            let ranges = message.ranges.map { range in
                range.isWholeJob
                    ? TaskRange(job: range.first.job) : TaskRange(first: range.first, count: range.count)
            }
            handle(.cancel(session, request: message.request, ranges))
        case .subscribe:
            let message = try SubscribeMessage(decoding: body)
            subscribe(session, message.job, from: message.cursor)
        case .unsubscribe: unsubscribe(session, try JobMessage(decoding: body).job)
        case .consumed: consumed(session, total: try ConsumedMessage(decoding: body).totalBytes)
        case .query: query(session, try QueryMessage(decoding: body))
        case .lookUp: lookUp(session, try LookUpMessage(decoding: body))
        case .output:
            let message = try OutputMessage(decoding: body)
            guard let engine = engineSessions[session], scheduler.isLive(message.name, at: engine) else {
                return
            }
            talkative.insert(message.name.task)
            delegate?.output(message.name, message.stream, offset: message.offset, message.bytes)
        case .bye:
            if let engine = engineSessions.removeValue(forKey: session) {
                dropOutbox(engine, session)
                handle(.engineBye(engine))
            }
        default:
            // The transport lets only kinds through that the role may send, and none else is for the node.
            break
        }
    }

    func handle(_ event: SchedulerEvent) { scheduler.handle(event, at: now, into: &actions) }
}
