import TaskFarm

/// The scheduler, driven as the controller's node drives it: what has come, then the end of the turn, then
/// the actions. Its engines are a list: what was sent first ends first, a batch of results a turn.
final class CoreFarm {
    /// The engines.
    struct Shape {
        var engines = 8
        var slots: UInt32 = 4
        /// One more, of a single slot, that alone has the memory for what the others never can run.
        var hasGiant = false

        static let memoryBytes: UInt64 = 1 << 40
        static let giantMemoryBytes: UInt64 = 1 << 42
    }

    private struct Sent {
        var engine: EngineHandle
        var name: DispatchName
        var hint: UInt64
    }

    /// Results of one turn.
    static let usualBatch = 64
    /// What each task takes, by the clock that only turns move. Short enough for prefetching.
    private static let taskNanoseconds = Int64.milliseconds(1)

    private(set) var succeeded = 0
    /// Tasks that have ended otherwise.
    private(set) var unsuccessful = 0
    /// A job whose tasks begin and do not end.
    var heldJob: JobID?

    private let batch: Int
    private let turnNanoseconds: Int64
    private var scheduler = Scheduler()
    private var actions = SchedulerActions()
    private var now = Instant(nanoseconds: .seconds(1_000))
    private var engines: [EngineHandle] = []
    /// What is at engines, from `sentHead` on.
    private var sent: [Sent] = []
    private var sentHead = 0
    private var recalls: [(EngineHandle, DispatchName)] = []
    private var stopped: Set<TaskID> = []
    private var blocks: UInt32 = 0
    private var refusal: SubmissionRefusal?

    init(_ shape: Shape = Shape(), batch: Int = CoreFarm.usualBatch) {
        self.batch = batch
        turnNanoseconds =
            Int64(batch) * Self.taskNanoseconds / max(1, Int64(shape.engines) * Int64(shape.slots))
        for number in 0..<shape.engines {
            join(
                EngineInfo(
                    key: UniqueKey(high: 1, low: UInt64(number)), name: "engine-\(number)",
                    slots: shape.slots,
                    memoryBytes: Shape.memoryBytes))
        }
        if shape.hasGiant {
            join(
                EngineInfo(
                    key: UniqueKey(high: 2, low: 0), name: "giant", memoryBytes: Shape.giantMemoryBytes))
        }
    }

    private func join(_ info: EngineInfo) {
        handle(
            .engineHello(
                SessionID(UInt64(engines.count) + 100), info, principal: "bench", claims: []))
        for case .engineWelcome(_, let engine, _, _) in actions.controls {
            engines.append(engine)
            handle(.engineRecorded(engine))
        }
        turn()
    }

    /// Parts of submissions, a batch a turn.
    func submit(_ parts: [(SubmissionPart, owner: String)]) throws {
        for (number, (part, owner)) in parts.enumerated() {
            submit(part, owner)
            if number % batch == batch - 1 { turn() }
        }
        turn()
        if let refusal { throw BenchError("the scheduler refused a submission: \(refusal.message)") }
    }

    /// The same, each part made when it is wanted and a turn for each.
    func submit(_ job: CoreJob) throws {
        for number in 0..<job.partCount { try submit([(job.part(number), owner: job.owner)]) }
    }

    private func submit(_ part: SubmissionPart, _ owner: String) {
        // Without a copy of each group, which is the bench's doing and would count.
        let refs = part.groups.withUnsafeBufferPointer { groups in
            groups.indices.map { index -> BlockRef in
                guard groups.baseAddress![index].payloads.count > 0 else { return .none }
                blocks += 1
                return BlockRef(blocks)
            }
        }
        handle(.submit(SessionID(1), part, blocks: refs, owner: owner, priorityCap: .max))
    }

    func cancel(_ job: JobID) {
        handle(.cancel(SessionID(1), request: 1, [TaskRange(job: job)]))
        turn()
    }

    /// Turns until nothing is at an engine any more but what is held.
    func run() {
        while sentHead < sent.count {
            now = now + turnNanoseconds
            let bound = min(sent.count, sentHead + batch)
            while sentHead < bound {
                end(sent[sentHead])
                sentHead += 1
            }
            if sentHead > 4_096, sentHead * 2 > sent.count {
                sent.removeFirst(sentHead)
                sentHead = 0
            }
            // Whatever is called back has begun already.
            for (engine, name) in recalls { handle(.recalled(engine, name, givenBack: false)) }
            recalls.removeAll(keepingCapacity: true)
            turn()
        }
    }

    private func end(_ one: Sent) {
        let wasStopped = !stopped.isEmpty && stopped.remove(one.name.task) != nil
        let report = AttemptReport(
            name: one.name, state: wasStopped ? .cancelled : .succeeded,
            cause: wasStopped ? .cancelled : .none, startedAt: now + -Self.taskNanoseconds,
            durationNanoseconds: Self.taskNanoseconds)
        handle(.result(one.engine, hint: one.hint, report, .none))
    }

    private func handle(_ event: SchedulerEvent) { scheduler.handle(event, at: now, into: &actions) }

    private func turn() {
        if scheduler.checksHeartbeats(by: now) {
            for engine in engines { scheduler.heard(engine, at: now) }
        }
        scheduler.endTurn(at: now, into: &actions)
        for dispatch in actions.dispatches where dispatch.name.task.job != heldJob {
            sent.append(Sent(engine: dispatch.engine, name: dispatch.name, hint: dispatch.hint))
        }
        for outcome in actions.outcomes where outcome.entry.state.isTerminal {
            if outcome.entry.state == .succeeded {
                succeeded += Int(outcome.entry.count)
            } else {
                unsuccessful += Int(outcome.entry.count)
            }
        }
        for control in actions.controls {
            switch control {
            case .recall(let engine, let name): recalls.append((engine, name))
            case .stop(_, let name): stopped.insert(name.task)
            case .refused(_, _, _, let refusal): self.refusal = refusal
            default: break
            }
        }
        actions.removeAll()
    }
}
