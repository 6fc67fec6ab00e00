import FarmCore
import Testing

@Suite struct SchedulerCancelTests {
    @Test func `C34 waiting and ready tasks end at once and never reach an engine, whatever their retries`() {
        let farm = TestFarm()
        let retry = RetryPolicy(failure: 9, timeout: 9, engineLost: 9)
        let job = farm.job(
            .tasks(2, retry: retry), .tasks(2, retry: retry, after: Dependency([.group(0)], when: .ended)))
        let report = farm.cancel(TaskRange(job: job))
        #expect(report.cancelled == 4 && report.cancelling == 0)
        #expect(farm.counts(job).cancelled == 4)
        _ = farm.engine(slots: 9)
        farm.wait(.seconds(60))
        #expect(farm.sent.isEmpty)
    }

    @Test func `C34 a task that waits for its next try ends at once`() {
        let farm = TestFarm()
        _ = farm.engine()
        let job = farm.job(.tasks(1, retry: RetryPolicy(failure: 5)), .tasks(1, priority: 9))
        // The other one has the slot, and has it again after the failure.
        let high = TaskID(job, 1)
        farm.end(high)
        let first = TaskID(job, 0)
        let hog = farm.job(.tasks(1, priority: 9))
        farm.end(first, .failed)
        #expect(farm.state(first) == .ready && farm.out[TaskID(hog, 0)] != nil)
        #expect(farm.cancel(TaskRange(first: first, count: 1)).cancelled == 1)
        farm.end(TaskID(hog, 0))
        #expect(farm.out.isEmpty && farm.state(first) == .cancelled)
    }

    @Test
    func `C35 a sent task is cancelling until its engine says what became of it, and a result before wins`() {
        let farm = TestFarm()
        let engine = farm.engine(slots: 3)
        let job = farm.job(.tasks(3, retry: RetryPolicy(failure: 5)))
        #expect(farm.cancel(TaskRange(job: job)).cancelling == 3)
        #expect(farm.counts(job).cancelling == 3)
        #expect(farm.controls.contains(.stop(engine, farm.out[TaskID(job, 0)]!.name)))
        #expect(farm.controls.contains(.fact(.cancelling(TaskID(job, 0), count: 3))))
        farm.end(TaskID(job, 0), .cancelled, cause: .cancelled)
        farm.end(TaskID(job, 1), .succeeded)
        // It failed on its way out: nobody wants another try.
        farm.end(TaskID(job, 2), .failed)
        #expect(farm.state(TaskID(job, 0)) == .cancelled && farm.state(TaskID(job, 1)) == .succeeded)
        #expect(farm.state(TaskID(job, 2)) == .failed && farm.out.isEmpty)
    }

    @Test func `C35 the loss of the engine ends a cancelling task`() {
        let farm = TestFarm()
        let engine = farm.engine(session: 1)
        let task = TaskID(farm.job(.tasks(1)), 0)
        _ = farm.cancel(TaskRange(first: task, count: 1))
        farm.handle(.engineDisconnected(engine, SessionID(1)))
        farm.wait(.seconds(1))
        #expect(farm.state(task) == .cancelled)
    }

    @Test func `C36 finished, unknown and twice are told apart`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 2)
        let job = farm.job(.tasks(3))
        farm.end(TaskID(job, 0))
        let running = TaskRange(first: TaskID(job, 1), count: 1)
        #expect(farm.cancel(TaskRange(first: TaskID(job, 0), count: 1)).alreadyEnded == 1)
        #expect(farm.cancel(running).cancelling == 1)
        #expect(farm.cancel(running).alreadyCancelled == 1)
        farm.end(TaskID(job, 1), .cancelled, cause: .cancelled)
        #expect(farm.cancel(running).alreadyCancelled == 1)
        #expect(farm.cancel(TaskRange(first: TaskID(job, 3), count: 2)).unknown == 2)
        #expect(farm.cancel(TaskRange(job: JobID(99))).unknown == 1)
        // One over all of it: each task falls into one class.
        let all = farm.cancel(TaskRange(first: TaskID(job, 0), count: 5))
        #expect(all.alreadyEnded == 1 && all.alreadyCancelled == 1 && all.cancelling == 1 && all.unknown == 2)
    }

    @Test func `C37 dependents of a cancelled task are impossible`() {
        let farm = TestFarm()
        let job = farm.job(
            .tasks(2), .tasks(1, after: Dependency([.group(0)])),
            .tasks(1, after: Dependency([.group(0)], when: .failed)))
        _ = farm.cancel(TaskRange(first: TaskID(job, 1), count: 1))
        #expect(farm.state(TaskID(job, 2)) == .impossible)
        #expect(farm.entry(TaskID(job, 2))?.root == TaskID(job, 1))
        #expect(farm.state(TaskID(job, 0)) == .ready && farm.state(TaskID(job, 3)) == .waiting)
    }

    @Test func `C38 a million tasks are cancelled in one range`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 4)
        let job = farm.job(.tasks(1_000_000))
        farm.end(TaskID(job, 0))
        let report = farm.cancel(TaskRange(job: job))
        #expect(report.cancelled == 999_995 && report.cancelling == 4 && report.alreadyEnded == 1)
        let ranges = farm.log.filter { $0.kind == .range }
        #expect(ranges.count == 1 && ranges.first?.count == 999_995)
        #expect(farm.counts(job).cancelled == 999_995 && farm.counts(job).total == 1_000_000)
        for index in 1...4 as ClosedRange<UInt32> {
            farm.end(TaskID(job, index), .cancelled, cause: .cancelled)
        }
        #expect(farm.counts(job).unfinished == 0 && farm.scheduler.usage.isEmpty)
    }

    @Test func `C38 what lies between tasks that are out is cancelled in ranges`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 1)
        let job = farm.job(.tasks(100))
        for first in stride(from: 10, to: 90, by: 20) as StrideTo<UInt32> {
            #expect(farm.cancel(TaskRange(first: TaskID(job, first), count: 5)).cancelled == 5)
        }
        let rest = farm.cancel(TaskRange(first: TaskID(job, 5), count: 95))
        #expect(rest.cancelled == 75 && rest.alreadyCancelled == 20)
        #expect(farm.log.filter { $0.kind == .range }.count == 4 + 5)
        while let next = farm.out.keys.min() { farm.end(next) }
        #expect(farm.counts(job).succeeded == 5 && farm.counts(job).cancelled == 95)
    }

    @Test func `the cancel of a job that is still submitted ends it, and takes no more of it`() {
        let farm = TestFarm()
        let key = farm.key()
        guard case .accepted(let job, _) = farm.submit([.tasks(2)], key: key, isLast: false, streaming: true)
        else { return }
        _ = farm.cancel(TaskRange(job: job))
        #expect(farm.scheduler.summary(of: job)?.endedAt != .zero)
        #expect(farm.submit([.tasks(2)], key: key, part: 1, streaming: true) == .refused(.closed))
    }
}
