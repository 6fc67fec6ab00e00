import FarmCore
import Testing

/// Engines on which everything fails at once.
@Suite struct SchedulerQuarantineTests {
    private let fast = Int64.milliseconds(5)

    private func farm(_ engines: Int, slots: UInt32 = 1) -> (TestFarm, [EngineHandle]) {
        let farm = TestFarm(hwm: 1)
        let handles = (0..<engines).map { farm.engine("e\($0)", slots: slots, session: UInt64($0 + 1)) }
        farm.alive = handles
        return (farm, handles)
    }

    /// Ends what the engine holds.
    private func end(_ farm: TestFarm, at engine: EngineHandle, _ state: TaskState) {
        for task in farm.out.filter({ $0.value.engine == engine }).keys.sorted() {
            farm.end(task, state, took: fast)
        }
    }

    private func isOut(_ farm: TestFarm, _ name: String) -> Bool {
        farm.scheduler.engineSummaries.first { $0.info.name == name }?.quarantinedUntil != nil
    }

    @Test func `C28 a black hole is quarantined, tried and returned, and what failed there succeeds`() {
        let (farm, engines) = farm(2)
        let job = farm.job(.tasks(60, retry: RetryPolicy(failure: 1, avoidsEngine: true)))
        for _ in 0..<5 {
            end(farm, at: engines[1], .succeeded)
            end(farm, at: engines[0], .failed)
        }
        #expect(isOut(farm, "e0") && !isOut(farm, "e1"))
        #expect(farm.scheduler.attempts(at: engines[0]).isEmpty)
        #expect(farm.counts(job).failed == 0)
        farm.wait(.seconds(10))
        #expect(farm.scheduler.attempts(at: engines[0]).count == 1, "one task, to see how that goes")
        end(farm, at: engines[0], .failed)
        #expect(farm.scheduler.attempts(at: engines[0]).isEmpty, "back it goes, for twice as long")
        farm.wait(.seconds(19))
        #expect(farm.scheduler.attempts(at: engines[0]).isEmpty)
        farm.wait(.seconds(2))
        end(farm, at: engines[0], .succeeded)
        #expect(!isOut(farm, "e0"))
        while let next = farm.out.keys.min() { farm.end(next, took: fast) }
        #expect(farm.counts(job).succeeded == 60)
        #expect(farm.scheduler.statistics.quarantines == 2)
    }

    @Test func `C28 what failed at a black hole has that try for nothing`() {
        let (farm, engines) = farm(2)
        let job = farm.job(.tasks(60, retry: RetryPolicy(failure: 1, avoidsEngine: true)))
        var victims: Set<TaskID> = []
        for _ in 0..<5 {
            victims.formUnion(farm.out.filter { $0.value.engine == engines[0] }.keys)
            end(farm, at: engines[0], .failed)
            farm.end(farm.out.first { $0.value.engine == engines[1] }!.key, took: fast)
        }
        #expect(isOut(farm, "e0"))
        victims = victims.filter { farm.state($0)?.isTerminal == false }
        #expect(!victims.isEmpty)
        // Each of them fails once more, where others succeed: that is its one failure.
        while let task = farm.out.keys.min() {
            farm.end(task, victims.remove(task) == nil ? .succeeded : .failed, took: fast)
        }
        #expect(victims.isEmpty && farm.counts(job).succeeded == 60)
    }

    @Test func `C7 who has a class of its own after a failure goes by its id, too`() {
        let (farm, engines) = farm(2)
        _ = farm.job(.tasks(60, retry: RetryPolicy(failure: 1, avoidsEngine: true)))
        farm.end(farm.out.first { $0.value.engine == engines[1] }!.key)
        // While the other engine is busy, and before it is done with two more.
        let failed = farm.out.first { $0.value.engine == engines[0] }!.key
        farm.end(failed, .failed)
        farm.end(farm.out.first { $0.value.engine == engines[0] }!.key)
        #expect(farm.state(failed) == .ready)
        farm.end(farm.out.first { $0.value.engine == engines[1] }!.key)
        #expect(farm.out[failed]?.engine == engines[1])
    }

    @Test func `C28 nothing is called back for the other slots of an engine on trial`() {
        let farm = TestFarm()
        let engines = [
            farm.engine("e0", slots: 2, session: 1), farm.engine("e1", session: 2),
        ]
        farm.alive = engines
        _ = farm.job(.tasks(100, retry: RetryPolicy(failure: 9)))
        for _ in 0..<5 {
            end(farm, at: engines[1], .succeeded)
            end(farm, at: engines[0], .failed)
        }
        #expect(isOut(farm, "e0"))
        let recalls = farm.scheduler.statistics.recalls
        farm.wait(.seconds(10))
        #expect(farm.scheduler.attempts(at: engines[0]).count == 1)
        #expect(farm.scheduler.attempts(at: engines[1]).count > 1, "one waits there, sent ahead")
        farm.wait(.seconds(1))
        #expect(farm.scheduler.statistics.recalls == recalls)
    }

    @Test func `C28 who fails at once while others take their time is quarantined before they succeed`() {
        let (farm, engines) = farm(3)
        let job = farm.job(.tasks(300))
        for engine in engines[1...] {
            for attempt in farm.out.values where attempt.engine == engine {
                farm.handle(.started(engine, attempt.name))
            }
        }
        while !isOut(farm, "e0"), farm.counts(job).ready > 0 {
            farm.wait(fast)
            end(farm, at: engines[0], .failed)
        }
        #expect(isOut(farm, "e0") && farm.counts(job).succeeded == 0)
        #expect(farm.counts(job).failed <= 32)
    }

    @Test func `C28 what is given back for a quarantine is given back after a restart, too`() {
        let (farm, engines) = farm(2)
        let spec = GroupSpec.tasks(60, retry: RetryPolicy(failure: 1, avoidsEngine: true))
        let job = farm.job(spec)
        for _ in 0..<5 {
            end(farm, at: engines[1], .succeeded)
            end(farm, at: engines[0], .failed)
        }
        #expect(isOut(farm, "e0"))
        let free = Set(farm.log.filter { $0.kind == .forgiven }.map(\.task))
        #expect(free.count >= 2 && free.allSatisfy { farm.state($0)?.isTerminal == false })
        // Another controller reads the same log; each of them has its one failure left.
        let next = TestFarm(epoch: 2)
        let part = SubmissionPart(
            key: UniqueKey(high: 1, low: 1), part: 0, isLast: true, header: JobHeader(), templates: [[]],
            groups: [spec])
        next.recover(
            .submission(part, blocks: [.none], job: job, owner: "me", priorityCap: 9, at: next.now))
        for entry in farm.log where entry.task.job == job { next.recover(.outcome(entry)) }
        next.recovered()
        next.wait(.seconds(16))
        _ = next.engine("new", slots: 64, session: 7)
        for task in free.sorted() {
            next.end(task, .failed)
            #expect(next.state(task)?.isTerminal == false, "one failure, and one more")
            next.end(task, .failed)
            #expect(next.state(task) == .failed)
        }
    }

    @Test func `C28 a typo in a job quarantines nobody`() {
        let (farm, engines) = farm(3)
        let wrong = farm.job(.tasks(60))
        let right = farm.job(.tasks(60))
        while let next = farm.out.keys.min() {
            farm.end(next, next.job == wrong ? .failed : .succeeded, took: fast)
        }
        #expect(farm.counts(wrong).failed == 60 && farm.counts(right).succeeded == 60)
        #expect(farm.scheduler.statistics.quarantines == 0)
        #expect(engines.allSatisfy { farm.scheduler.attempts(at: $0).isEmpty })
    }

    @Test func `C28 a rank that fails where its neighbours do well is not quarantined for that`() {
        let farm = TestFarm()
        _ = farm.pool(2)
        // A mistake in what rank 1 does, of several jobs.
        for _ in 0..<3 { _ = farm.job(.gang(2, count: 4)) }
        var failed = 0
        while let task = farm.ranks.first(where: { !$0.value.isEmpty })?.key {
            farm.endRank(task, 0, took: .milliseconds(1))
            farm.endRank(task, 1, .failed, took: .milliseconds(2))
            failed += farm.entry(task)?.state == .failed ? 1 : 0
        }
        #expect(failed == 12 && farm.scheduler.statistics.quarantines == 0)
    }

    @Test func `C28 a rank on which all fails while other pools do well is quarantined`() {
        let farm = TestFarm()
        let sick = farm.pool(2)
        _ = farm.pool(2, key: UniqueKey(high: 9, low: 2))
        let job = farm.job(.gang(2, count: 40))
        for _ in 0..<100 {
            guard let task = farm.ranks.first(where: { !$0.value.isEmpty })?.key else { break }
            let isSick = farm.engines(of: task) == sick
            farm.endRank(task, 0, took: .milliseconds(1))
            farm.endRank(task, 1, isSick ? .failed : .succeeded, took: .milliseconds(2))
        }
        #expect(farm.scheduler.statistics.quarantines == 1)
        // Those of the last try there are done again elsewhere.
        let failed = (0..<40 as Range<UInt32>).filter { farm.state(TaskID(job, $0)) == .failed }.count
        #expect(failed < 5)
    }

    @Test func `C28 the last engine is never quarantined, and when the others leave the rest come back`() {
        let (farm, engines) = farm(2)
        _ = farm.job(.tasks(100, retry: RetryPolicy(failure: 9)))
        for _ in 0..<6 {
            end(farm, at: engines[1], .succeeded)
            end(farm, at: engines[0], .failed)
        }
        #expect(isOut(farm, "e0"))
        for _ in 0..<9 { end(farm, at: engines[1], .failed) }
        #expect(!isOut(farm, "e1"))
        farm.handle(.engineBye(engines[1]))
        farm.turn()
        #expect(!isOut(farm, "e0") && farm.scheduler.attempts(at: engines[0]).count == 1)
    }
}
