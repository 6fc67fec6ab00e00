import FarmCore
import Testing

/// Tasks that go where others ran, and tasks whose check says where they cannot run.
@Suite struct SchedulerWhereTests {
    @Test func `C18 follow runs where the other ran`() {
        let farm = TestFarm()
        let engines = (0..<3).map { farm.engine("e\($0)", session: UInt64($0 + 1)) }
        let job = farm.job(
            .tasks(1, name: "mesh", targets: ["e1"]),
            .tasks(4, name: "solve") { $0.follow = Follow([.group(0)]) })
        #expect(farm.out[TaskID(job, 0)]?.engine == engines[1])
        #expect(farm.counts(job).waiting == 4)
        while let next = farm.out.keys.min() { farm.end(next) }
        #expect(farm.sent.allSatisfy { $0.engine == engines[1] } && farm.sent.count == 5)
        let later = farm.job(.tasks(1) { $0.follow = Follow([.job(job)]) })
        #expect(farm.out[TaskID(later, 0)]?.engine == engines[1])
    }

    @Test func `C18 follow of all that ran on two engines is impossible, of any it is one of them`() {
        for isAll in [true, false] {
            let farm = TestFarm()
            let engines = (0..<3).map { farm.engine("e\($0)", session: UInt64($0 + 1)) }
            let job = farm.job(
                .tasks(1, targets: ["e0"]), .tasks(1, targets: ["e2"]),
                .tasks(1) { $0.follow = Follow([.group(0), .group(1)], isAll: isAll) })
            farm.end(TaskID(job, 0))
            farm.end(TaskID(job, 1))
            if isAll {
                #expect(farm.entry(TaskID(job, 2))?.state == .impossible)
                #expect(farm.entry(TaskID(job, 2))?.cause == .noEngine)
                #expect(farm.scheduler.usage.isEmpty)
            } else {
                #expect([engines[0], engines[2]].contains(farm.out[TaskID(job, 2)]?.engine))
            }
        }
    }

    @Test func `C18 when the followed engine is gone for good the task is impossible`() {
        let farm = TestFarm()
        let first = farm.engine("e0", session: 1)
        let job = farm.job(.tasks(1), .tasks(1) { $0.follow = Follow([.group(0)]) })
        _ = farm.engine("e1", session: 2)
        let other = farm.job(.tasks(1, priority: 9, targets: ["e0"]))
        farm.end(TaskID(job, 0))
        #expect(farm.out[TaskID(other, 0)] != nil && farm.state(TaskID(job, 1)) == .ready)
        farm.end(TaskID(other, 0))
        #expect(farm.out[TaskID(job, 1)]?.engine == first)
        farm.handle(.engineBye(first))
        farm.turn()
        #expect(farm.entry(TaskID(job, 1))?.state == .impossible)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C19 a check that says no is asked once on each engine, at no cost, and on a new one`() {
        let farm = TestFarm()
        let engines = (0..<2).map { farm.engine("e\($0)", session: UInt64($0 + 1)) }
        let job = farm.job(.tasks(1, retry: RetryPolicy(failure: 0)))
        let task = TaskID(job, 0)
        // A third may come back: so it is not over when both have said no.
        let away = farm.engine("e2", session: 3)
        farm.handle(.engineDisconnected(away, SessionID(3)))
        farm.alive = engines
        farm.wait(.seconds(1))
        for _ in 0..<2 { farm.end(task, .failed, cause: .notHere) }
        #expect(Set(farm.sent.map(\.engine)) == Set(engines) && farm.sent.count == 2)
        #expect(farm.state(task) == .ready)
        guard case .noEngineCan(let objections) = farm.scheduler.why(task) else {
            Issue.record("\(String(describing: farm.scheduler.why(task)))")
            return
        }
        #expect(
            objections.map(\.objection) == [
                "the task's check said no", "the task's check said no", "is not here (away)",
            ])
        let new = farm.engine("e3", session: 4)
        #expect(farm.out[task]?.engine == new)
        farm.end(task)
        #expect(farm.state(task) == .succeeded)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C19 a check that every engine has answered with no ends it`() {
        let farm = TestFarm()
        _ = (0..<2).map { farm.engine("e\($0)", session: UInt64($0 + 1)) }
        let job = farm.job(.tasks(1), .tasks(1, after: Dependency([.group(0)])))
        for _ in 0..<2 { farm.end(TaskID(job, 0), .failed, cause: .notHere) }
        #expect(farm.entry(TaskID(job, 0))?.state == .impossible)
        #expect(farm.entry(TaskID(job, 0))?.cause == .notHere)
        #expect(farm.state(TaskID(job, 1)) == .impossible)
        #expect(farm.scheduler.usage.isEmpty)
    }
}
