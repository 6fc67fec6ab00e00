import FarmCore

/// An agent with a clock that only tests move.
final class Engine {
    typealias Action = EngineAgent.Action

    var agent: EngineAgent
    var now = Instant(nanoseconds: .seconds(1000))
    /// Tokens of all attempts that were ever started, by task index.
    var tokens: [UInt32: AttemptToken] = [:]

    init(
        slots: Int = 1, cpus: Int? = nil, gpus: Int = 0, memory: UInt64 = 0, hasCores: Bool = false,
        window: UInt64 = 1 << 20, attached: Bool = true, held: Int = 1000, until: Instant = .never
    ) {
        agent = EngineAgent(
            limits: .init(
                slots: slots, cpus: cpus, gpus: gpus, memoryBytes: memory, hasCores: hasCores, held: held,
                until: until))
        if attached { self(.welcomed(EngineID(1), epoch: 1, windowBytes: window)) }
    }

    @discardableResult
    func callAsFunction(_ event: EngineAgent.Event) -> [Action] {
        var actions: [Action] = []
        agent.handle(event, at: now, into: &actions)
        for case .start(let token, let name, _) in actions { tokens[name.task.index] = token }
        return actions
    }

    @discardableResult
    func dispatch(
        _ index: UInt32, attempt: UInt32 = 1, cpus: UInt32 = 1, gpus: UInt32 = 0, timeout: Int64 = 0,
        grace: Int64 = .seconds(5), lasting: Int64 = 0
    ) -> [Action] {
        self(
            .dispatched(
                name(index, attempt), hint: UInt64(index) + 100, cpus: cpus, gpus: gpus,
                timeoutNanoseconds: timeout,
                graceNanoseconds: grace, lastingNanoseconds: lasting, work: UInt64(index)))
    }

    /// The worker's word on an attempt that was started.
    @discardableResult
    func finish(
        _ index: UInt32, _ state: TaskState = .succeeded, cause: Cause = .none, exitCode: Int32 = 0,
        payloadBytes: Int = 0, endedAt: Instant? = nil
    ) -> [Action] {
        guard let token = tokens[index] else { return [] }
        var report = AttemptReport(name: name(index), state: state, cause: cause, exitCode: exitCode)
        if let endedAt {
            report.startedAt = endedAt + -1
            report.durationNanoseconds = 1
        }
        return self(.finished(token, report, payloadBytes: payloadBytes))
    }

    func advance(_ nanoseconds: Int64) { now = now + nanoseconds }

    /// Moves the clock to the next timer and lets it fire.
    @discardableResult
    func fireTimer() -> [Action] {
        now = max(now, agent.nextTimer)
        return self(.timer)
    }
}

func name(_ index: UInt32, _ attempt: UInt32 = 1) -> DispatchName {
    DispatchName(task: TaskID(JobID(1), index), attempt: attempt, epoch: 1)
}

extension [EngineAgent.Action] {
    /// Indexes of the tasks started, in order.
    var started: [UInt32] {
        compactMap { if case .start(_, let name, _) = $0 { name.task.index } else { nil } }
    }

    var reports: [AttemptReport] {
        compactMap { if case .emitResult(let report, _, _) = $0 { report } else { nil } }
    }

    var givenBack: [DispatchName] {
        compactMap { if case .sendRecalled(let name, true) = $0 { name } else { nil } }
    }
}

// `#expect` cannot take apart expressions on values that are not copyable: these stand between.
extension Engine {
    var standing: EngineAgent.Standing { agent.standing }
    var epoch: UInt32 { agent.epoch }
    var counters: EngineAgent.Counters { agent.counters }
    var claims: [Claim] { agent.claims }
    var nextTimer: Instant { agent.nextTimer }
    var queuedCount: Int { agent.queuedCount }
    var runningCount: Int { agent.runningCount }
    var unrecordedCount: Int { agent.unrecordedCount }
    var unrecordedBytes: Int { agent.unrecordedBytes }
    var heldCount: Int { agent.heldCount }

    /// The places of the task's cores.
    func cores(_ index: UInt32) -> [Int] { tokens[index].map { agent.cores(of: $0).places } ?? [] }

    /// The places of the task's GPUs.
    func gpus(_ index: UInt32) -> [Int] { tokens[index].map { agent.gpus(of: $0).places } ?? [] }
}
