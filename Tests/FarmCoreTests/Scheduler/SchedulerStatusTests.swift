import FarmCore
import Testing

@Suite struct SchedulerStatusTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `C40 the counts of all states make what was submitted, whatever happens`(_ seed: UInt64) {
        var random = Numbers(seed: seed)
        let farm = TestFarm(hwm: [nil, 0, 1, 3][Int(seed) % 4])
        var handles: [(EngineHandle, SessionID)] = []
        var submitted = 0
        for step in 0..<150 {
            farm.pass(Int64(random.below(300)) * .milliseconds(1))
            switch random.below(10) {
            case 0, 1:
                let count = UInt32(1 + random.below(8))
                let known = farm.scheduler.jobSummaries.map(\.id)
                var spec = GroupSpec.tasks(count, retry: RetryPolicy(failure: 1, engineLost: 1))
                if let parent = known.last, random.below(2) == 0 {
                    spec.after = [
                        Dependency(
                            [.job(parent)], quorum: .any, when: random.below(2) == 0 ? .succeeded : .ended)
                    ]
                }
                _ = farm.job(spec)
                submitted += Int(count)
            case 2 where handles.count < 4:
                handles.append(
                    (
                        farm.engine("e\(step)", slots: 2, session: UInt64(step + 1)),
                        SessionID(UInt64(step + 1))
                    ))
            case 3 where !handles.isEmpty:
                let (engine, session) = handles.remove(at: random.below(handles.count))
                farm.handle(random.below(2) == 0 ? .engineDisconnected(engine, session) : .engineBye(engine))
                farm.turn()
            case 4:
                let jobs = farm.scheduler.jobSummaries
                guard let job = jobs.last else { continue }
                _ = farm.cancel(
                    TaskRange(
                        first: TaskID(job.id, UInt32(random.below(3))), count: UInt32(1 + random.below(6))))
            default:
                let held = handles.flatMap { farm.scheduler.attempts(at: $0.0) }
                guard !held.isEmpty else { continue }
                let name = held[random.below(held.count)]
                farm.end(name.task, random.below(3) == 0 ? .failed : .succeeded, took: .milliseconds(1))
            }
            for (engine, _) in handles { farm.scheduler.heard(engine, at: farm.now) }
            #expect(farm.scheduler.counts.total == submitted)
            let ended = farm.log.filter { $0.kind == .terminal || $0.kind == .range }.reduce(0) {
                $0 + Int($1.count)
            }
            #expect(farm.scheduler.counts.ended == ended)
        }
    }

    struct Clock: Sendable {
        var started: Int64
        var took: Int64
    }

    @Test(arguments: [
        Clock(started: 0, took: 0), Clock(started: 1_000, took: 500), Clock(started: 1, took: 1),
        Clock(started: 5_000_000, took: 1), Clock(started: 1_002, took: 1_000_000),
        Clock(started: 900, took: 50),
    ])
    func `C41 submitted, started, ended and received are in order, whatever the engine's clock says`(
        _ clock: Clock
    ) {
        let farm = TestFarm()
        _ = farm.engine()
        let submitted = farm.now
        let task = TaskID(farm.job(.tasks(1)), 0)
        farm.pass(.seconds(10))
        farm.end(
            task, started: Instant(nanoseconds: .seconds(clock.started)), took: .seconds(clock.took))
        guard let entry = farm.entry(task) else {
            Issue.record("not ended")
            return
        }
        #expect(submitted <= entry.endedAt && entry.endedAt <= farm.now)
        if clock.started > 0 {
            #expect(submitted <= entry.startedAt && entry.startedAt <= entry.endedAt)
        } else {
            #expect(entry.startedAt == .zero, "it never started")
        }
    }

    @Test func `when all is done nothing is kept but the jobs`() {
        let farm = TestFarm()
        let engine = farm.engine(slots: 4, session: 1)
        let job = farm.job(.tasks(200), .tasks(50, after: Dependency([.group(0)])))
        while let next = farm.out.keys.min() {
            farm.pass(.milliseconds(1))
            farm.scheduler.heard(engine, at: farm.now)
            farm.end(next, took: .milliseconds(1))
        }
        #expect(farm.counts(job).succeeded == 250)
        farm.wait(.seconds(1))
        #expect(farm.scheduler.usage.isEmpty, "\(farm.scheduler.usage)")
        #expect(farm.controls.contains(.jobEnded(job)))
    }
}

/// A small generator, so that a failing case is the same again.
private struct Numbers {
    var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
    mutating func below(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }
}
