import FarmCore
import Testing

/// Interrupts of many tasks at once.
@Suite struct SchedulerInterruptTests {
    let farm = TestFarm(hwm: 1)

    /// A job of which `out` tasks run and one has ended, the second.
    private func run(_ count: UInt32, out: UInt32) -> JobID {
        let engine = farm.engine(slots: out)
        let job = farm.job(.tasks(count))
        farm.end(TaskID(job, 1))
        for one in farm.out.values { farm.handle(.started(engine, one.name)) }
        return job
    }

    private func told() -> [TaskID] {
        farm.controls.compactMap { control -> TaskID? in
            if case .interrupt(_, let name) = control { name.task } else { nil }
        }
    }

    @Test func `a task that several ranges name is told once, and counts once`() {
        let job = run(10, out: 4)
        let ranges = [(3, 4), (0, 4), (2, 1), (0, 4)].map { first, count in
            TaskRange(first: TaskID(job, UInt32(first)), count: UInt32(count))
        }
        let report = farm.interrupt(ranges)
        #expect(report.interrupted == 4 && report.alreadyEnded == 1 && report.notRunning == 2)
        #expect(told().sorted() == [0, 2, 3, 4].map { TaskID(job, $0) })
    }

    @Test func `it is the same whether tasks are looked up one by one or all that are out are walked`() {
        let job = run(10_000, out: 8)
        let single = (0..<9).map { TaskRange(first: TaskID(job, $0), count: 1) }
        #expect(farm.interrupt(single).interrupted == 8)
        let byName = told().sorted()
        let whole = farm.interrupt([TaskRange(job: job)])
        #expect(whole.interrupted == 8 && whole.alreadyEnded == 1 && whole.notRunning == 9_991)
        #expect(told().dropFirst(8).sorted() == byName)
    }

    @Test func `what is not there is told apart, job by job`() {
        let job = run(3, out: 2)
        let other = farm.job(.tasks(2))
        let report = farm.interrupt([
            TaskRange(first: TaskID(job, 2), count: 5), TaskRange(first: TaskID(job, 9), count: 2),
            TaskRange(job: other), TaskRange(job: JobID(77)),
            TaskRange(first: TaskID(JobID(78), 0), count: 3),
        ])
        #expect(report.interrupted == 1 && report.notRunning == 2 && report.unknown == 4 + 2 + 1 + 3)
    }

    @Test func `all ranks of a gang are told, and the task counts once`() {
        let pool = farm.pool(2)
        let task = TaskID(farm.job(.gang(0)), 0)
        for (engine, one) in zip(pool, farm.ranks[task] ?? []) { farm.handle(.started(engine, one.name)) }
        #expect(farm.interrupt([TaskRange(first: task, count: 1)]).interrupted == 1)
        #expect(told() == [task, task])
    }

    @Test func `both attempts at a straggler that was copied are told`() {
        let one = farm.engine("a", slots: 4)
        let two = farm.engine("b", slots: 4, session: 101)
        farm.alive = [one, two]
        let job = farm.job(.tasks(8) { $0.speculate = true })
        farm.pass(.seconds(1))
        for index in 0..<7 as Range<UInt32> { farm.end(TaskID(job, index)) }
        farm.wait(.seconds(60))
        let straggler = TaskID(job, 7)
        let attempts = farm.sent.filter { $0.name.task == straggler }
        #expect(attempts.count == 2)
        for one in attempts { farm.handle(.started(one.engine, one.name)) }
        #expect(farm.interrupt([TaskRange(first: straggler, count: 1)]).interrupted == 1)
        #expect(told() == [straggler, straggler])
    }
}
