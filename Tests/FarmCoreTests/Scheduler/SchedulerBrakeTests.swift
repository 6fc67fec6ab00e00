import FarmCore
import Testing

@Suite struct SchedulerBrakeTests {
    @Test func `C28 max-running holds a group back, of its job or of its own, and nobody else`() {
        for isOfJob in [false, true] {
            let farm = TestFarm(hwm: 1)
            _ = farm.engine(slots: 64)
            let brake = Brake(maxRunning: 3)
            let job =
                isOfJob
                ? farm.job(brake: brake, .tasks(6), .tasks(6))
                : farm.job(.tasks(12) { $0.brake = brake })
            let other = farm.job(.tasks(20))
            var most = 0
            while let next = farm.out.keys.min() {
                most = max(most, farm.out.keys.filter { $0.job == job }.count)
                if farm.counts(job).unfinished > 3 {
                    #expect(farm.out.keys.filter { $0.job == job }.count == 3)
                    if case .braked(let words) = farm.scheduler.why(TaskID(job, 11)) {
                        #expect(words.contains("3 of 3"))
                    } else {
                        Issue.record("\(String(describing: farm.scheduler.why(TaskID(job, 11))))")
                    }
                }
                farm.end(next)
            }
            #expect(most == 3)
            #expect(farm.counts(job).succeeded == 12 && farm.counts(other).succeeded == 20)
            #expect(farm.scheduler.usage.isEmpty)
        }
    }

    @Test func `C28 max-failures stops what has not begun, and what runs goes on`() {
        let farm = TestFarm(hwm: 1)
        _ = farm.engine(slots: 4)
        let job = farm.job(.tasks(100, retry: RetryPolicy(failure: 0)) { $0.brake.maxFailures = .share(500) })
        for _ in 0..<5 { farm.end(farm.out.keys.min()!, .failed) }
        #expect(farm.counts(job).cancelled == 0, "5 of 100 are allowed")
        farm.end(farm.out.keys.min()!, .failed)
        #expect(farm.counts(job).cancelled == 91 && farm.out.count == 3)
        #expect(farm.entry(TaskID(job, 99))?.cause == .brake)
        for (task, _) in farm.out.sorted(by: { $0.key < $1.key }) { farm.end(task) }
        #expect(farm.counts(job).succeeded == 3 && farm.counts(job).unfinished == 0)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C28 no retry follows once the brake has stopped`() {
        let farm = TestFarm(hwm: 1)
        farm.alive = [farm.engine(slots: 3)]
        let job = farm.job(
            .tasks(10, retry: RetryPolicy(failure: 1, delayNanoseconds: .seconds(5))) {
                $0.brake.maxFailures = .count(0)
            })
        farm.end(TaskID(job, 0), .failed)
        #expect(farm.state(TaskID(job, 0)) == .waiting)
        farm.end(TaskID(job, 2), .failed)
        farm.wait(.seconds(5))
        farm.end(TaskID(job, 1))
        farm.end(TaskID(job, 0), .failed)
        #expect(farm.state(TaskID(job, 0)) == .failed)
        #expect(farm.state(TaskID(job, 2)) == .cancelled, "it waited for its next try")
        for task in [3, 4] as [UInt32] { farm.end(TaskID(job, task), .failed) }
        #expect(farm.counts(job).failed == 3 && farm.counts(job).cancelled == 6)
        #expect(farm.counts(job).unfinished == 0)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C28 canaries go first, and the rest when one of them has succeeded`() {
        let farm = TestFarm(hwm: 1)
        _ = farm.engine(slots: 8)
        let job = farm.job(.tasks(20) { $0.brake.canary = 3 })
        #expect(farm.out.count == 3)
        farm.end(TaskID(job, 1), .failed)
        #expect(farm.out.count == 2, "none goes in its place")
        farm.end(TaskID(job, 0))
        #expect(farm.out.count == 8)
        while let next = farm.out.keys.min() { farm.end(next) }
        #expect(farm.counts(job).succeeded == 19)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C28 when all canaries fail the job stops and says so`() {
        let farm = TestFarm(hwm: 1)
        _ = farm.engine(slots: 8)
        let job = farm.job(.tasks(20) { $0.brake.canary = 3 })
        for task in farm.out.keys.sorted() { farm.end(task, .failed) }
        #expect(farm.counts(job).failed == 3 && farm.counts(job).cancelled == 17)
        #expect(farm.entry(TaskID(job, 19))?.cause == .brake)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `a canary that is cancelled leaves its place to another`() {
        let farm = TestFarm(hwm: 1)
        _ = farm.engine(slots: 8)
        let job = farm.job(.tasks(6) { $0.brake.canary = 2 })
        _ = farm.cancel(TaskRange(first: TaskID(job, 0), count: 1))
        farm.end(TaskID(job, 0), .cancelled)
        #expect(farm.out.keys.sorted() == [TaskID(job, 1), TaskID(job, 2)])
        farm.end(TaskID(job, 1))
        #expect(farm.out.count == 4)
    }

    @Test func `a paused job sends nothing, its prefetched tasks come back, and it goes on where it was`() {
        let farm = TestFarm(hwm: 4)
        let engine = farm.engine()
        let job = farm.job(.tasks(8))
        #expect(farm.out.count == 4)
        farm.handle(.pause(job, true))
        farm.turn()
        let recalls = farm.controls.filter { if case .recall = $0 { true } else { false } }
        #expect(recalls.count == 4)
        farm.handle(.recalled(engine, farm.out[TaskID(job, 0)]!.name, givenBack: false))
        for index in 1..<4 as Range<UInt32> {
            farm.handle(.recalled(engine, farm.out[TaskID(job, index)]!.name, givenBack: true))
        }
        farm.turn()
        #expect(farm.scheduler.why(TaskID(job, 5)) == .paused(job))
        let other = farm.job(.tasks(1))
        #expect(farm.out[TaskID(other, 0)] != nil)
        farm.end(TaskID(job, 0))
        farm.end(TaskID(other, 0))
        #expect(farm.scheduler.attempts(at: engine).isEmpty)
        farm.handle(.pause(nil, true))
        farm.handle(.pause(job, false))
        farm.turn()
        #expect(
            farm.scheduler.why(TaskID(job, 5)) == .paused(nil) && farm.scheduler.attempts(at: engine).isEmpty)
        farm.handle(.pause(nil, false))
        farm.turn()
        #expect(farm.scheduler.attempts(at: engine).count == 4)
        #expect(farm.controls.contains(.fact(.paused(job, true))))
        #expect(farm.controls.contains(.fact(.paused(nil, false))))
    }
}
