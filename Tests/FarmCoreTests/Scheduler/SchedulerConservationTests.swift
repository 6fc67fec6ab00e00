import FarmCore
import Testing

/// Conformance 9: no runnable task waits beside a fitting idle slot longer than one recall round trip.
@Suite struct SchedulerConservationTests {
    private func recalls(_ farm: TestFarm) -> [(engine: EngineHandle, name: DispatchName)] {
        farm.controls.compactMap { control in
            if case .recall(let engine, let name) = control { (engine, name) } else { nil }
        }
    }

    /// An engine with short tasks queued, none of which ends any more, and its job.
    private func busyFarm(targets: [String] = []) -> (TestFarm, EngineHandle, JobID) {
        let farm = TestFarm()
        let busy = farm.engine("busy", session: 1)
        let job = farm.job(.tasks(40, targets: targets))
        // Tasks of 1 ms teach it to prefetch.
        for index in 0..<8 as Range<UInt32> {
            farm.pass(.milliseconds(1))
            farm.end(TaskID(job, index), took: .milliseconds(1))
        }
        #expect(farm.scheduler.attempts(at: busy).count > 2, "short tasks are prefetched")
        return (farm, busy, job)
    }

    @Test func `C9 nothing is prefetched of a group whose times are not known, or long`() {
        let farm = TestFarm()
        let engine = farm.engine(slots: 2)
        let job = farm.job(.tasks(10))
        #expect(farm.scheduler.attempts(at: engine).count == 2)
        farm.end(TaskID(job, 0), took: .seconds(10))
        #expect(farm.scheduler.attempts(at: engine).count == 2)
    }

    @Test func `C9 what is prefetched is called back when another engine runs dry, and given to it`() {
        let (farm, busy, job) = busyFarm()
        // A long one takes the slot; what is behind it would wait for it.
        let idle = farm.engine("idle", session: 2)
        let takenAtOnce = farm.scheduler.attempts(at: idle).count
        for name in farm.scheduler.attempts(at: idle) { farm.end(name.task, took: .milliseconds(1)) }
        while farm.counts(job).ready > 0 {
            guard let next = farm.scheduler.attempts(at: idle).first else { break }
            farm.end(next.task, took: .milliseconds(1))
        }
        for name in farm.scheduler.attempts(at: idle) { farm.end(name.task, took: .milliseconds(1)) }
        #expect(takenAtOnce > 0)
        farm.wait(.milliseconds(2))
        let asked = recalls(farm)
        #expect(!asked.isEmpty && asked.allSatisfy { $0.engine == busy })
        guard let first = asked.first else { return }
        farm.handle(.recalled(busy, first.name, givenBack: true))
        farm.turn()
        #expect(farm.out[first.name.task]?.engine == idle)
    }

    @Test func `C9 an engine behind a wide task gets nothing of unknown length to wait there`() {
        let farm = TestFarm()
        let wide = farm.engine("wide", slots: 4, cpus: 4)
        let job = farm.job(.tasks(1, cpus: 4))
        #expect(farm.out[TaskID(job, 0)]?.engine == wide)
        let narrow = farm.job(.tasks(3))
        #expect(farm.counts(narrow).ready == 3, "no CPU is free for them there")
        _ = farm.engine("other", slots: 3)
        #expect(farm.counts(narrow).assigned == 3)
    }

    @Test func `C9 attempts that wait for CPUs, not slots, are called back too`() {
        let farm = TestFarm()
        let wide = farm.engine("wide", slots: 4, cpus: 4, session: 1)
        let short = farm.job(.tasks(30))
        for _ in 0..<12 {
            farm.pass(.milliseconds(1))
            guard let next = farm.out.keys.min() else { break }
            farm.end(next, took: .milliseconds(1))
        }
        // A wide one comes in between and stays, in front of short ones.
        let long = farm.job(.tasks(1, priority: 9, cpus: 4))
        while farm.out[TaskID(long, 0)] == nil, let next = farm.out.keys.filter({ $0.job == short }).min() {
            farm.pass(.milliseconds(1))
            farm.end(next, took: .milliseconds(1))
        }
        let waiting = farm.scheduler.attempts(at: wide).filter { $0.task.job == short }
        let idle = farm.engine("idle", slots: 1, session: 2)
        while let next = farm.scheduler.attempts(at: idle).first {
            farm.end(next.task, took: .milliseconds(1))
            for (engine, name) in recalls(farm) where farm.out[name.task]?.engine == engine {
                farm.handle(.recalled(engine, name, givenBack: true))
            }
            farm.wait(.milliseconds(2))
        }
        #expect(
            farm.counts(short).unfinished == 0 || waiting.isEmpty, "all went to the idle engine in the end")
    }

    @Test func `C9 the engine that is called back for is one that may take the task`() {
        let farm = TestFarm()
        let busy = farm.engine("busy", session: 1)
        let job = farm.job(.tasks(40, targets: ["busy", "fit"]))
        for index in 0..<8 as Range<UInt32> {
            farm.pass(.milliseconds(1))
            farm.end(TaskID(job, index), took: .milliseconds(1))
        }
        let held = farm.scheduler.attempts(at: busy).count
        #expect(held > 2)
        // Both are idle; the one that comes first in the order may not have the tasks.
        _ = farm.engine("unfit", session: 2)
        let fit = farm.engine("fit", session: 3)
        while let next = farm.scheduler.attempts(at: fit).first {
            farm.end(next.task, took: .milliseconds(1))
        }
        farm.wait(.milliseconds(5))
        #expect(!recalls(farm).isEmpty)
    }

    @Test func `C9 an attempt that has begun stays, and another is asked for`() {
        let (farm, busy, job) = busyFarm()
        let idle = farm.engine("idle", session: 2)
        while let next = farm.scheduler.attempts(at: idle).first {
            farm.end(next.task, took: .milliseconds(1))
        }
        farm.wait(.milliseconds(2))
        guard let first = recalls(farm).first else { return }
        farm.handle(.recalled(busy, first.name, givenBack: false))
        farm.turn()
        #expect(farm.out[first.name.task]?.engine == busy)
        #expect(farm.state(first.name.task) == .running)
        _ = job
    }

    @Test func `a recall that crosses a cancel does not lose the cancel`() {
        let (farm, busy, _) = busyFarm()
        let idle = farm.engine("idle", session: 2)
        while let next = farm.scheduler.attempts(at: idle).first {
            farm.end(next.task, took: .milliseconds(1))
        }
        farm.wait(.milliseconds(2))
        guard let first = recalls(farm).first else { return }
        #expect(farm.cancel(TaskRange(first: first.name.task, count: 1)).cancelling == 1)
        // The engine answers the recall; the stop finds nothing there any more.
        farm.handle(.recalled(busy, first.name, givenBack: true))
        farm.turn()
        #expect(farm.state(first.name.task) == .cancelled)
    }

    @Test func `C9 who was brought back and is cancelled then brings back who waits behind it`() {
        let farm = TestFarm()
        _ = farm.engine("e0", tags: ["x"], session: 1)
        _ = farm.engine("e1", session: 2)
        // One runs, and those of two other jobs have no room, while an engine that is not for them is idle.
        let jobs = (0..<3).map { _ in farm.job(.tasks { $0.needs.tags = ["x"] }) }
        farm.handle(.pause(nil, true))
        farm.handle(.pause(nil, false))
        _ = farm.cancel(TaskRange(job: jobs[1]))
        farm.end(TaskID(jobs[0], 0))
        #expect(farm.out[TaskID(jobs[2], 0)] != nil)
    }

    /// Found by seed 1002642 of the simulator.
    @Test func `C9 what waits longer than its engine was thought to take is called back, too`() {
        let farm = TestFarm()
        let slow = farm.engine("slow", session: 1)
        let long = farm.job(.tasks(40, targets: ["slow"]))
        for index in 0..<8 as Range<UInt32> {
            farm.pass(900_000)
            farm.end(TaskID(long, index), took: 900_000)
        }
        let quick = farm.engine("quick", session: 2)
        _ = farm.job(.tasks(200))
        while let next = farm.scheduler.attempts(at: quick).first {
            farm.pass(1_000)
            farm.end(next.task, took: 1_000)
        }
        let queued = farm.scheduler.attempts(at: slow)
        #expect(queued.last?.task.job != long, "\(queued.map(\.task))")
        #expect(recalls(farm).isEmpty, "it has just ended something")
        for name in queued.prefix(6) where name.task.job == long {
            farm.pass(900_000)
            farm.end(name.task, took: 900_000)
        }
        #expect(recalls(farm).contains { $0.engine == slow })
    }
}
