import FarmCore
import Testing

/// Engines whose time has an end: what they are given, and what becomes of that.
@Suite struct SchedulerWalltimeTests {
    let farm = TestFarm()

    /// An engine that has so many seconds left.
    private func engine(
        _ name: String, _ seconds: Int64, slots: UInt32 = 1, session: UInt64 = 100
    ) -> EngineHandle {
        farm.engine(name, slots: slots, session: session) { $0.until = farm.now + .seconds(seconds) }
    }

    private func tasks(_ count: UInt32 = 1, estimate: Int64 = 0, timeout: Int64 = 0) -> GroupSpec {
        .tasks(count) {
            $0.estimateNanoseconds = .seconds(estimate)
            $0.timeoutNanoseconds = .seconds(timeout)
        }
    }

    @Test func `what an engine has no time for goes to another, and waits while there is none`() {
        let short = engine("short", 240)
        let job = farm.job(tasks(estimate: 600))
        #expect(farm.out.isEmpty && farm.state(TaskID(job, 0)) == .ready)
        let long = engine("long", 3_600)
        #expect(farm.out[TaskID(job, 0)]?.engine == long)
        let other = farm.job(tasks(estimate: 200))
        #expect(farm.out[TaskID(other, 0)]?.engine == short)
    }

    @Test func `why says how much an engine has left, and how much is wanted`() {
        let short = engine("e3", 240)
        let task = TaskID(farm.job(tasks(estimate: 600)), 0)
        farm.pass(.seconds(30))
        guard case .noEngineCan(let objections)? = farm.scheduler.why(task, at: farm.now) else {
            Issue.record("\(String(describing: farm.scheduler.why(task)))")
            return
        }
        #expect(
            objections.map(\.objection) == ["has 3m 30s left, and a task of 10m is begun only with 10m 52s"])
        // Others could take it, and are busy.
        _ = engine("e4", 3_600)
        let second = TaskID(farm.job(tasks(estimate: 600)), 0)
        guard case .queued(_, let busy)? = farm.scheduler.why(second, at: farm.now) else {
            Issue.record("\(String(describing: farm.scheduler.why(second)))")
            return
        }
        #expect(busy.map(\.isShortOfTime) == [false, true])
        #expect(farm.scheduler.attempts(at: short).isEmpty)
    }

    @Test(arguments: [(600, 0), (0, 600), (600, 900), (900, 600)] as [(Int64, Int64)])
    func `how long a task takes is its estimate or its timeout, whichever is less`(
        _ estimate: Int64, _ timeout: Int64
    ) {
        _ = engine("short", 599)
        let job = farm.job(tasks(estimate: estimate, timeout: timeout))
        #expect(farm.out.isEmpty)
        _ = engine("long", 680)
        #expect(farm.out[TaskID(job, 0)] != nil)
    }

    @Test func `a task of which nothing is said begins while its engine is there`() {
        let last = engine("last", 1)
        let job = farm.job(tasks())
        #expect(farm.out[TaskID(job, 0)]?.engine == last)
    }

    @Test func `a long task holds up no shorter one of its job, nor of another`() {
        _ = engine("short", 100, slots: 3)
        let job = farm.job(tasks(2, estimate: 600), tasks(2, estimate: 50))
        let other = farm.job(tasks(estimate: 50))
        #expect(farm.out.keys.sorted() == [TaskID(job, 2), TaskID(job, 3), TaskID(other, 0)])
    }

    @Test func `as time passes an engine is given less`() {
        let one = engine("e", 100)
        let job = farm.job(tasks(3, estimate: 40))
        farm.pass(.seconds(40))
        farm.end(TaskID(job, 0), took: .seconds(40))
        #expect(farm.out[TaskID(job, 1)]?.engine == one)
        farm.pass(.seconds(40))
        farm.end(TaskID(job, 1), took: .seconds(40))
        #expect(farm.out.isEmpty && farm.counts(job).ready == 1)
    }

    @Test func `what runs when its time is over is queued again at nobody's cost, and its history says so`() {
        let one = engine("e", 100)
        let task = TaskID(farm.job(.tasks(1, retry: RetryPolicy(engineLost: 0))), 0)
        guard let sent = farm.out.removeValue(forKey: task) else { return #expect(Bool(false)) }
        farm.handle(.started(one, sent.name))
        farm.alive = [one]
        farm.wait(.seconds(100))
        farm.handle(.engineDraining(one))
        farm.handle(.recalled(one, sent.name, givenBack: true))
        farm.handle(.engineBye(one))
        farm.turn()
        #expect(farm.state(task) == .ready)
        #expect(farm.log.filter { $0.kind == .attempt }.map(\.cause) == [.walltime])
        _ = farm.engine("other")
        #expect(farm.out[task]?.name.attempt == 2)
        farm.end(task)
        #expect(farm.entry(task)?.state == .succeeded)
    }

    @Test(arguments: [99, 101] as [Int64])
    func `an engine that is killed when its time is over costs nothing, before that it does`(_ seconds: Int64)
    {
        let one = engine("e", 100, session: 5)
        let task = TaskID(farm.job(.tasks(1, retry: RetryPolicy(engineLost: 0))), 0)
        farm.alive = [one]
        farm.wait(.seconds(seconds))
        farm.handle(.engineDisconnected(one, SessionID(5)))
        farm.wait(.milliseconds(600))
        if seconds < 100 {
            #expect(farm.entry(task)?.cause == .engineLost)
        } else {
            #expect(farm.state(task) == .ready)
            #expect(farm.log.filter { $0.kind == .attempt }.map(\.cause) == [.walltime])
        }
    }

    @Test func `a lost engine is waited for no longer than its time, nor is what only it could do`() {
        let one = engine("only", 100, session: 5)
        let job = farm.job(.tasks(1, targets: ["only"]))
        farm.alive = [one]
        farm.wait(.seconds(99))
        farm.handle(.engineDisconnected(one, SessionID(5)))
        farm.wait(.milliseconds(600))
        #expect(farm.state(TaskID(job, 0)) == .ready)
        farm.wait(.seconds(1))
        #expect(farm.entry(TaskID(job, 0))?.cause == .noEngine)
        #expect(farm.scheduler.engineSummaries.isEmpty)
    }

    @Test(arguments: [(59, true), (61, false)] as [(Int64, Bool)])
    func `after a restart an engine whose time is long over is not waited for`(
        _ ago: Int64, _ isAwaited: Bool
    ) {
        let farm = TestFarm(epoch: 2)
        let info = EngineInfo(key: farm.key(), name: "gone", until: farm.now + -Int64.seconds(ago))
        farm.recover(.fact(.engineJoined(EngineID(0), info)))
        farm.recovered()
        #expect(farm.scheduler.isHolding == isAwaited)
        #expect(farm.scheduler.engineSummaries.isEmpty != isAwaited)
    }

    @Test func `an engine that gives an attempt back for want of time is not sent it again`() {
        let one = engine("e", 100)
        let task = TaskID(farm.job(tasks(estimate: 60)), 0)
        guard let sent = farm.out.removeValue(forKey: task) else { return #expect(Bool(false)) }
        farm.handle(.recalled(one, sent.name, givenBack: true))
        farm.turn()
        #expect(farm.out.isEmpty)
        // It has time for less.
        let other = farm.job(tasks(estimate: 30))
        #expect(farm.out[TaskID(other, 0)]?.engine == one)
    }

    @Test func `what waits elsewhere is not called back for an engine that has no time for it`() {
        let settings = SchedulerSettings()
        let farm = TestFarm(settings)
        let one = farm.engine("one", slots: 1)
        let job = farm.job(.tasks(40) { $0.timeoutNanoseconds = .seconds(10) })
        for index in 0..<4 as Range<UInt32> { farm.end(TaskID(job, index), took: 1_000_000) }
        #expect(farm.scheduler.attempts(at: one).count > 2)
        farm.alive = [one, farm.engine("two", session: 2) { $0.until = farm.now + .seconds(5) }]
        farm.wait(.seconds(1))
        #expect(farm.scheduler.statistics.recalls == 0)
    }

    @Test func `a pool with too little time is left alone, and nothing is kept free in it`() {
        let key = UniqueKey(high: 9, low: 1)
        for rank in 0..<2 as Range<UInt32> {
            _ = farm.engine("r\(rank)", session: 10 + UInt64(rank)) {
                $0.pool = PoolSeat(key: key, rank: rank, size: 2)
                $0.until = farm.now + .seconds(100)
            }
        }
        let narrow = farm.job(tasks(estimate: 90))
        let gang = TaskID(
            farm.job(
                .tasks(1) {
                    $0.collective = 0; $0.estimateNanoseconds = .seconds(60)
                }), 0)
        // By the time that its other rank is free the pool has too little left.
        let later = farm.job(tasks(estimate: 80))
        #expect(farm.out[TaskID(narrow, 0)] != nil && farm.out[TaskID(later, 0)] != nil)
        guard case .waitsForRanks(_, let chances)? = farm.scheduler.why(gang, at: farm.now) else {
            Issue.record("\(String(describing: farm.scheduler.why(gang)))")
            return
        }
        #expect(chances.first?.kept == 0 && chances.first?.timeShortage == nil)
        farm.pass(.seconds(50))
        guard case .waitsForRanks(_, let after)? = farm.scheduler.why(gang, at: farm.now) else { return }
        #expect(after.first?.timeShortage == "has 50s left, and a task of 1m is begun only with 1m 2s")
        _ = farm.pool(2, key: UniqueKey(high: 9, low: 2))
        #expect(farm.ranks[gang]?.count == 2)
    }

    @Test func `where it failed is better than an engine with too little time`() {
        let first = farm.engine("first")
        let task = TaskID(
            farm.job(
                .tasks(1, retry: RetryPolicy(failure: 3, avoidsEngine: true)) {
                    $0.estimateNanoseconds = .seconds(60)
                }), 0)
        farm.end(task, .failed)
        #expect(farm.out[task]?.engine == first)
        let other = engine("other", 70, session: 2)
        farm.end(task, .failed)
        #expect(farm.out[task]?.engine == other)
        farm.pass(.seconds(20))
        farm.end(task, .failed)
        #expect(farm.out[task]?.engine == first)
    }

    @Test func `a limit is not kept for what no engine has time for`() {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 4)]
        let farm = TestFarm(settings)
        _ = farm.engine("e", slots: 4) { $0.until = farm.now + .seconds(100) }
        _ = farm.job(
            .tasks(1) {
                $0.needs.named = [NamedAmount("license", 3)]
                $0.estimateNanoseconds = .seconds(600)
            })
        let small = farm.job(.tasks(4) { $0.needs.named = [NamedAmount("license", 1)] })
        #expect(farm.counts(small).assigned == 4)
    }

    @Test(
        arguments: [1, 999, 400_000, 1_000_000_000, 600_000_000_000, 86_400_000_000_000, 1 << 60] as [Int64])
    func `a 32nd more is wanted than is said, and not more than an eighth`(_ length: Int64) {
        let engine = farm.engine("e") { $0.until = farm.now + (length + length / 32) }
        let task = TaskID(farm.job(.tasks(1) { $0.estimateNanoseconds = length }), 0)
        #expect(farm.scheduler.attempts(at: engine).isEmpty)
        _ = farm.engine("f", session: 2) { $0.until = farm.now + (length + max(2, length / 8)) }
        #expect(farm.out[task] != nil)
    }
}
