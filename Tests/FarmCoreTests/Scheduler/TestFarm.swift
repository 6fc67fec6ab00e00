import FarmCore
import Testing

/// A scheduler with a clock that only tests move, and engines that do as they are told. After every turn it
/// is looked into: counts add up (conformance 40), no slot stands idle beside a runnable task (9).
final class TestFarm {
    struct Sent {
        var engine: EngineHandle
        var name: DispatchName
        var hint: UInt64
        var at: Instant
        /// 0: the task itself; from 1: its recoveries.
        var stage: UInt8 = 0
        /// How often its need for memory was raised.
        var raises: UInt8 = 0
        /// Of a collective task: which rank it is.
        var seat: GangSeat?
    }

    enum Answer: Equatable {
        case accepted(JobID, tasks: UInt32)
        case refused(SubmissionRefusal.Code)
    }

    var scheduler: Scheduler
    var now = Instant(nanoseconds: .seconds(1_000))
    private var actions = SchedulerActions()
    /// Everything that was sent, in order.
    private(set) var sent: [Sent] = []
    /// What has been sent and has not ended, by task.
    var out: [TaskID: Sent] = [:]
    /// The ranks of collective tasks that have been sent and have not ended, by rank.
    var ranks: [TaskID: [Sent]] = [:]
    private(set) var log: [OutcomeEntry] = []
    private(set) var controls: [SchedulerActions.Control] = []
    private var keys: UInt64 = 0
    /// What is queued in lanes is safe at once.
    var securesLanes = true

    init(_ settings: SchedulerSettings, epoch: UInt32 = 1) {
        scheduler = Scheduler(settings: settings, epoch: epoch)
    }

    convenience init(hwm: UInt32? = nil, scheme: SchedulerSettings.Scheme = .leastLoad, epoch: UInt32 = 1) {
        var settings = SchedulerSettings()
        settings.highWaterMark = hwm
        settings.scheme = scheme
        self.init(settings, epoch: epoch)
    }

    // MARK: Turns

    func handle(_ event: SchedulerEvent) { scheduler.handle(event, at: now, into: &actions) }

    /// Ends a turn and looks whether all is well.
    @discardableResult
    func turn(_ location: SourceLocation = #_sourceLocation) -> [Sent] {
        scheduler.endTurn(at: now, into: &actions)
        // A ledger that has everything at once.
        let secured = actions.controls.filter { if case .laneJobAccepted = $0 { true } else { false } }
        if securesLanes, !secured.isEmpty {
            for case .laneJobAccepted(let job, let tasks) in secured {
                handle(.laneJobRecorded(job, tasks: tasks))
            }
            scheduler.endTurn(at: now, into: &actions)
        }
        let new = actions.dispatches.map {
            Sent(
                engine: $0.engine, name: $0.name, hint: $0.hint, at: now, stage: $0.stage,
                raises: $0.raises)
        }
        sent += new
        for one in new { out[one.name.task] = one }
        for gang in actions.gangs {
            var one = Sent(
                engine: gang.dispatch.engine, name: gang.dispatch.name, hint: gang.dispatch.hint, at: now)
            one.seat = gang.seat
            if gang.seat.rank == 0 { ranks[one.name.task] = [] }
            ranks[one.name.task]?.append(one)
        }
        log += actions.outcomes.map(\.entry)
        controls += actions.controls
        actions.removeAll()
        for fault in scheduler.sanityCheck() { Issue.record("\(fault)", sourceLocation: location) }
        if let fault = scheduler.idleSlotBesideRunnableTask() {
            Issue.record("\(fault)", sourceLocation: location)
        }
        return new
    }

    /// A step of the ledger is read.
    func recover(_ step: RecoveryStep) { scheduler.recover(step, into: &actions) }

    /// The ledger has been read.
    func recovered() {
        scheduler.endRecovery(at: now, into: &actions)
        turn()
    }

    func pass(_ nanoseconds: Int64) { now = now + nanoseconds }

    /// Engines that are heard of while time passes in `wait`.
    var alive: [EngineHandle] = []

    /// Lets time pass, with a turn whenever the scheduler asks for one.
    func wait(_ nanoseconds: Int64) {
        let end = now + nanoseconds
        while scheduler.nextTimer <= end {
            now = max(now, scheduler.nextTimer)
            for engine in alive { scheduler.heard(engine, at: now) }
            turn()
        }
        now = end
        turn()
    }

    // MARK: Submission

    func key() -> UniqueKey {
        keys += 1
        return UniqueKey(high: 7, low: keys)
    }

    @discardableResult
    func submit(
        _ groups: [GroupSpec], key: UniqueKey? = nil, part: UInt32 = 0, isLast: Bool = true,
        streaming: Bool = false, owner: String = "me", cap: Int32 = .max, supersedes: JobID? = nil,
        weight: UInt32 = 100, brake: Brake = Brake()
    ) -> Answer {
        let key = key ?? self.key()
        let header = JobHeader(
            isStreaming: streaming, supersedes: supersedes, weight: weight, brake: brake)
        let submission = SubmissionPart(
            key: key, part: part, isLast: isLast, header: part == 0 ? header : nil,
            templates: part == 0 ? [[], [], []] : [],
            groups: groups)
        let before = controls.count
        handle(
            .submit(
                SessionID(1), submission, blocks: groups.map { _ in .none }, owner: owner, priorityCap: cap))
        turn()
        for control in controls[before...].reversed() {
            switch control {
            case .accepted(_, key, _, let job, let tasks, _): return .accepted(job, tasks: tasks)
            case .refused(_, key, _, let refusal): return .refused(refusal.code)
            default: continue
            }
        }
        Issue.record("the submission was not answered")
        return .refused(.limit)
    }

    /// Submits a job that has to be taken.
    func job(
        weight: UInt32 = 100, brake: Brake = Brake(), _ groups: GroupSpec..., streaming: Bool = false,
        isLast: Bool = true, owner: String = "me"
    ) -> JobID {
        guard
            case .accepted(let job, _) = submit(
                groups, isLast: isLast, streaming: streaming, owner: owner, weight: weight, brake: brake)
        else {
            Issue.record("a good submission was refused")
            return JobID(0)
        }
        return job
    }

    // MARK: Engines

    func engine(
        _ name: String = "e", slots: UInt32 = 1, cpus: UInt32? = nil, tags: [String] = [],
        key: UniqueKey? = nil,
        claims: [Claim] = [], session: UInt64 = 100, pid: Int32 = 0,
        change: (inout EngineInfo) -> Void = { _ in }
    ) -> EngineHandle {
        var info = EngineInfo(
            key: key ?? self.key(), name: name, pid: pid, slots: slots, cpus: cpus, tags: tags)
        change(&info)
        let before = actions.controls.count
        handle(.engineHello(SessionID(session), info, principal: "p", claims: claims))
        for case .engineWelcome(_, let handle, _, _) in actions.controls[before...] {
            self.handle(.engineRecorded(handle))
            turn()
            return handle
        }
        Issue.record("engine \(name) was not welcomed")
        return EngineHandle(slot: -1, generation: 0)
    }

    /// The newest attempt of the task ends. Times are those of the engine's own clock. It took long, unless
    /// told otherwise, for the scheduler prefetches what is short.
    func end(
        _ task: TaskID, _ state: TaskState = .succeeded, cause: Cause? = nil, started: Instant? = nil,
        took: Int64 = .seconds(1), code: Int32 = 0, error: String = "", turn isTurn: Bool = true
    ) {
        guard let one = out.removeValue(forKey: task) else {
            Issue.record("task \(task) is at no engine")
            return
        }
        report(one, state, cause: cause, started: started, took: took, code: code, error: error)
        if isTurn { turn() }
    }

    /// An engine's word on any dispatch, whether it is wanted or not.
    func report(
        _ one: Sent, _ state: TaskState = .succeeded, cause: Cause? = nil, started: Instant? = nil,
        took: Int64 = .seconds(1), code: Int32 = 0, error: String = ""
    ) {
        var report = AttemptReport(
            name: one.name, state: state, cause: cause ?? (state == .failed ? .failure : .none),
            exitCode: code, startedAt: started ?? now + -took, durationNanoseconds: took)
        report.errorName = error
        handle(.result(one.engine, hint: one.hint, report, .none))
    }

    // MARK: What came of it

    func cancel(_ ranges: TaskRange...) -> CancelReport {
        handle(.cancel(SessionID(1), request: 1, ranges))
        turn()
        for case .cancelReport(_, _, let report) in controls.reversed() { return report }
        return CancelReport()
    }

    func interrupt(_ range: TaskRange) -> InterruptReport { interrupt([range]) }

    func interrupt(_ ranges: [TaskRange]) -> InterruptReport {
        let report = scheduler.interrupt(ranges, into: &actions)
        turn()
        return report
    }

    func clearLanes(_ engine: EngineID, _ lane: String?) -> UInt64? {
        let cleared = scheduler.clearLanes(of: engine, named: lane, at: now, into: &actions)
        turn()
        return cleared
    }

    func state(_ task: TaskID) -> TaskState? { scheduler.position(of: task)?.state }

    /// The terminal entry that covers the task.
    func entry(_ task: TaskID) -> OutcomeEntry? {
        log.first {
            ($0.kind == .terminal || $0.kind == .range) && $0.task.job == task.job
                && task.index >= $0.task.index
                && task.index - $0.task.index < $0.count
        }
    }

    func counts(_ job: JobID) -> StateCounts { scheduler.summary(of: job)?.counts ?? StateCounts() }
}

extension GroupSpec {
    /// So many tasks of the first template.
    static func tasks(
        _ count: UInt32 = 1, name: String = "", priority: Int32 = 0, cpus: UInt32 = 1,
        retry: RetryPolicy = RetryPolicy(),
        targets: [String] = [], after: Dependency..., change: (inout TaskPolicy) -> Void = { _ in }
    ) -> GroupSpec {
        var policy = TaskPolicy(
            priority: priority, retry: retry, needs: Needs(cpus: cpus), targets: targets)
        change(&policy)
        return GroupSpec(template: 0, count: count, name: name, policy: policy, after: after)
    }
}
