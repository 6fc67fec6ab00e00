import FarmCore
import Testing

/// Tries that wait, and what follows the last.
@Suite struct SchedulerDelayTests {
    private let second = Int64.seconds(1)

    @Test func `C24 each delay is a factor longer than the one before, up to the longest`() {
        let farm = TestFarm()
        farm.alive = [farm.engine()]
        let retry = RetryPolicy(
            failure: 5, delayNanoseconds: second, factor: 2, maximumDelayNanoseconds: 3 * second)
        let job = farm.job(.tasks(1, retry: retry))
        let task = TaskID(job, 0)
        for delay in [1, 2, 3, 3, 3] as [Int64] {
            farm.end(task, .failed)
            #expect(farm.state(task) == .waiting && farm.counts(job).waiting == 1)
            #expect(farm.scheduler.why(task) == .delayed(until: farm.now + delay * second))
            farm.wait(delay * second - 1)
            #expect(farm.out[task] == nil)
            farm.wait(1)
            #expect(farm.out[task] != nil)
        }
        farm.end(task, .failed)
        #expect(farm.state(task) == .failed)
    }

    @Test
    func `C24 chance moves each delay by its share at most, for each task otherwise, and always the same`() {
        func run() -> [Int64] {
            let farm = TestFarm(hwm: 0)
            farm.alive = [farm.engine(slots: 64)]
            let retry = RetryPolicy(failure: 1, delayNanoseconds: second, jitter: 0.5)
            let job = farm.job(.tasks(64, retry: retry))
            let start = farm.now
            for index in 0..<64 as Range<UInt32> { farm.end(TaskID(job, index), .failed, turn: false) }
            farm.turn()
            farm.wait(2 * second)
            return (0..<64).map { index in (farm.out[TaskID(job, index)]?.at ?? .never) - start }
        }
        let ends = run()
        #expect(ends.allSatisfy { $0 >= second / 2 && $0 <= second * 3 / 2 })
        #expect(Set(ends).count > 60)
        #expect(ends.min()! < second * 2 / 3 && ends.max()! > second * 4 / 3)
        #expect(ends == run())
    }

    @Test func `the loss of an engine, a cancel and the end of a job wait for no delay`() {
        let farm = TestFarm()
        let first = farm.engine("a", session: 1)
        let retry = RetryPolicy(failure: 1, delayNanoseconds: second)
        let job = farm.job(.tasks(1, retry: retry))
        let task = TaskID(job, 0)
        farm.handle(.engineBye(first))
        farm.alive = [farm.engine("b", session: 2)]
        #expect(farm.out[task]?.name.attempt == 2, "no delay")
        farm.end(task, .failed)
        #expect(farm.state(task) == .waiting)
        #expect(farm.cancel(TaskRange(job: job)).cancelled == 1)
        #expect(farm.state(task) == .cancelled && farm.counts(job).waiting == 0)
        farm.wait(2 * second)
        #expect(farm.out[task] == nil || farm.sent.count == 2)
    }

    @Test(
        arguments: [
            ([3, 4], [], 4, "", true), ([3, 4], [], 5, "", false), ([], ["Busy"], 0, "Busy", true),
            ([], ["Busy"], 0, "Full", false), ([3], ["Busy"], 0, "Busy", true), ([3], ["Busy"], 1, "", false),
            ([], [], 9, "", true),
        ] as [([Int32], [String], Int32, String, Bool)])
    func `C27 lists of exit codes and errors select what is tried again`(
        _ codes: [Int32], _ errors: [String], _ code: Int32, _ error: String, _ isAgain: Bool
    ) {
        let farm = TestFarm()
        _ = farm.engine()
        let retry = RetryPolicy(failure: 1, exitCodes: codes, errors: errors)
        let task = TaskID(farm.job(.tasks(1, retry: retry)), 0)
        farm.end(task, .failed, code: code, error: error)
        #expect((farm.out[task] != nil) == isAgain)
    }

    @Test
    func `C25 recoveries run under the task's id when its tries are used up, one after the other, and end`() {
        let farm = TestFarm()
        _ = farm.engine()
        let job = farm.job(
            .tasks(1, retry: RetryPolicy(failure: 1)) {
                $0.recoveries = [
                    Recovery(template: 1, retry: RetryPolicy(failure: 2)), Recovery(template: 2),
                ]
            })
        let task = TaskID(job, 0)
        var stages: [UInt8] = []
        while let one = farm.out[task], stages.count < 20 {
            stages.append(one.stage)
            farm.end(task, .failed)
        }
        #expect(stages == [0, 0, 1, 1, 1, 2])
        #expect(farm.state(task) == .failed)
        #expect(farm.log.filter { $0.task == task && $0.kind == .attempt }.map(\.stage) == [0, 1, 1, 1, 2])
        let saved = TaskID(farm.job(.tasks(1) { $0.recoveries = [Recovery(template: 1)] }), 0)
        farm.end(saved, .failed)
        farm.end(saved)
        #expect(farm.state(saved) == .succeeded && farm.entry(saved)?.attempt == 2)
    }

    @Test func `a policy that cannot be is refused`() {
        let farm = TestFarm()
        func answer(_ change: (inout TaskPolicy) -> Void) -> TestFarm.Answer {
            farm.submit([.tasks(1, change: change)])
        }
        let refused = TestFarm.Answer.refused(.badSubmission)
        #expect(answer { $0.retry.factor = 0.5 } == refused)
        #expect(answer { $0.retry.factor = .nan } == refused)
        #expect(answer { $0.retry.jitter = 1.5 } == refused)
        #expect(answer { $0.retry.delayNanoseconds = -1 } == refused)
        #expect(answer { $0.retry.delayNanoseconds = .max } == refused)
        #expect(answer { $0.recoveries = [Recovery(template: 3)] } == refused)
        #expect(answer { $0.recoveries = Array(repeating: Recovery(template: 0), count: 8) } == refused)
        #expect(answer { $0.deadline = .after(0) } == refused)
    }
}
