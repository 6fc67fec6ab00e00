import FarmCore
import Testing

/// What comes too late.
@Suite struct SchedulerDeadlineTests {
    private let second = Int64.seconds(1)

    @Test func `C39 start-within ends what waits, and nothing that has begun`() {
        let farm = TestFarm(hwm: 1)
        let engine = farm.engine()
        farm.alive = [engine]
        let job = farm.job(.tasks(3) { $0.startWithinNanoseconds = 5 * self.second })
        let first = TaskID(job, 0)
        farm.handle(.started(engine, farm.out[first]!.name))
        farm.wait(4 * second)
        #expect(farm.counts(job).ready == 2)
        farm.wait(2 * second)
        #expect(farm.counts(job).expired == 2 && farm.state(first) == .running)
        #expect(farm.entry(TaskID(job, 1))?.cause == .startWithin)
        farm.end(first)
        #expect(farm.counts(job).succeeded == 1)
        #expect(farm.scheduler.summary(of: job)?.endedAt == farm.now)
    }

    @Test func `C39 what was sent and has not begun is called back, and expires if it comes`() {
        let farm = TestFarm(hwm: 2)
        let engine = farm.engine()
        farm.alive = [engine]
        let job = farm.job(.tasks(2) { $0.startWithinNanoseconds = self.second })
        let (first, second) = (TaskID(job, 0), TaskID(job, 1))
        farm.handle(.started(engine, farm.out[first]!.name))
        farm.wait(2 * self.second)
        let asked = farm.controls.contains { $0 == .recall(engine, farm.out[second]!.name) }
        #expect(asked && farm.state(second) == .assigned)
        farm.handle(.recalled(engine, farm.out[second]!.name, givenBack: true))
        farm.turn()
        #expect(farm.state(second) == .expired && farm.state(first) == .running)
    }

    @Test func `C39 a retry is no first beginning`() {
        let farm = TestFarm()
        farm.alive = [farm.engine()]
        let retry = RetryPolicy(failure: 1, delayNanoseconds: 3 * second)
        let task = TaskID(farm.job(.tasks(1, retry: retry) { $0.startWithinNanoseconds = self.second }), 0)
        farm.end(task, .failed)
        farm.wait(4 * second)
        #expect(farm.out[task]?.name.attempt == 2)
    }

    @Test func `a deadline ends what waits, is delayed, or waits for others, and stops what runs`() {
        let farm = TestFarm(hwm: 1)
        let engine = farm.engine(slots: 2)
        farm.alive = [engine]
        func late(_ policy: inout TaskPolicy) { policy.deadline = .after(5 * second) }
        let retry = RetryPolicy(failure: 1, delayNanoseconds: 60 * second)
        let job = farm.job(
            .tasks(1, change: late), .tasks(1, retry: retry, change: late),
            .tasks(2, after: Dependency([.group(0)]), change: late))
        let (running, delayed, parked) = (TaskID(job, 0), TaskID(job, 1), TaskID(job, 2))
        farm.handle(.started(engine, farm.out[running]!.name))
        farm.end(delayed, .failed)
        farm.wait(6 * second)
        #expect(farm.state(delayed) == .expired && farm.state(parked) == .expired)
        #expect(farm.entry(delayed)?.cause == .deadline)
        #expect(farm.state(running) == .cancelling)
        #expect(farm.controls.contains { $0 == .stop(engine, farm.out[running]!.name) })
        farm.end(running, .cancelled, cause: .cancelled)
        #expect(farm.entry(running)?.state == .expired && farm.entry(running)?.cause == .deadline)
        #expect(farm.counts(job).expired == 4)
    }

    @Test
    func `what succeeded before the stop came has succeeded, and what its engine took along has expired`() {
        let farm = TestFarm(hwm: 1)
        let engine = farm.engine(slots: 2)
        farm.alive = [engine]
        let job = farm.job(.tasks(2) { $0.deadline = .at(farm.now + self.second) })
        farm.wait(2 * second)
        farm.end(TaskID(job, 0))
        #expect(farm.state(TaskID(job, 0)) == .succeeded)
        farm.handle(.engineBye(engine))
        farm.turn()
        #expect(farm.state(TaskID(job, 1)) == .expired)
    }

    @Test func `tasks that come after their deadline expire at once`() {
        let farm = TestFarm()
        let key = farm.key()
        func group(_ isMore: Bool) -> GroupSpec {
            var group = GroupSpec.tasks(1) { $0.deadline = .after(self.second) }
            group.isContinuation = isMore
            return group
        }
        guard
            case .accepted(let job, _) = farm.submit([group(false)], key: key, isLast: false, streaming: true)
        else { return }
        farm.wait(2 * second)
        farm.submit([group(true)], key: key, part: 1, streaming: true)
        #expect(farm.counts(job).expired == 2)
    }

    @Test func `a replay does not expire what has succeeded, though more tasks came after the deadline`() {
        let farm = TestFarm(SchedulerSettings(), epoch: 2)
        let key = farm.key()
        let job = JobID(1)
        let start = farm.now
        func read(_ number: UInt32, at moment: Instant) {
            var group = GroupSpec.tasks(1) { $0.deadline = .after(self.second) }
            group.isContinuation = number > 0
            let part = SubmissionPart(
                key: key, part: number, isLast: number == 1,
                header: number == 0 ? JobHeader(isStreaming: true) : nil, templates: number == 0 ? [[]] : [],
                groups: [group])
            farm.recover(
                .submission(part, blocks: [.none], job: job, owner: "me", priorityCap: 9, at: moment))
        }
        read(0, at: start)
        read(1, at: start + 2 * second)
        farm.recover(
            .outcome(
                OutcomeEntry(
                    kind: .terminal, task: TaskID(job, 0), state: .succeeded, attempt: 1,
                    endedAt: start + 3 * second)))
        farm.pass(4 * second)
        farm.recovered()
        farm.wait(second)
        #expect(farm.state(TaskID(job, 0)) == .succeeded)
        #expect(farm.state(TaskID(job, 1)) == .expired)
    }

    @Test func `times hold over a restart, and wait for the engines that may bring an end`() {
        var settings = SchedulerSettings()
        settings.recoveryGraceNanoseconds = 10 * second
        let farm = TestFarm(settings, epoch: 2)
        let retry = RetryPolicy(failure: 3, delayNanoseconds: 30 * second)
        let part = SubmissionPart(
            key: farm.key(), part: 0, isLast: true, header: JobHeader(), templates: [[], []],
            groups: [
                .tasks(1) { $0.deadline = .after(self.second) },
                .tasks(1, retry: retry) { $0.recoveries = [Recovery(template: 1)] },
            ])
        let job = JobID(1)
        let start = farm.now
        farm.recover(
            .submission(part, blocks: [.none, .none], job: job, owner: "me", priorityCap: 9, at: start))
        farm.recover(.fact(.engineJoined(EngineID(0), EngineInfo(key: farm.key(), name: "old", slots: 2))))
        farm.recover(
            .outcome(
                OutcomeEntry(
                    kind: .attempt, task: TaskID(job, 1), state: .failed, cause: .failure, attempt: 1,
                    endedAt: start)))
        farm.recovered()
        farm.wait(5 * second)
        #expect(farm.state(TaskID(job, 0)) == .ready, "its engine may have its end")
        farm.wait(6 * second)
        #expect(farm.state(TaskID(job, 0)) == .expired)
        #expect(farm.state(TaskID(job, 1)) == .waiting)
        farm.alive = [farm.engine()]
        #expect(farm.out.isEmpty)
        farm.wait(start + 30 * second - farm.now)
        #expect(farm.out[TaskID(job, 1)]?.name.attempt == 2)
    }
}
