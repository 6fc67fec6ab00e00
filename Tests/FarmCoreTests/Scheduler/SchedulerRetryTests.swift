import FarmCore
import Testing

@Suite struct SchedulerRetryTests {
    @Test(arguments: [0, 1, 2, 5] as [UInt32])
    func `C21 a limit of k makes k + 1 attempts, and the log has them all`(_ limit: UInt32) {
        let farm = TestFarm()
        _ = farm.engine()
        let job = farm.job(.tasks(1, retry: RetryPolicy(failure: limit)))
        let task = TaskID(job, 0)
        var attempts = 0
        while farm.out[task] != nil {
            attempts += 1
            farm.pass(.seconds(1))
            farm.end(task, .failed)
        }
        #expect(attempts == Int(limit) + 1)
        let history = farm.log.filter { $0.task == task && $0.kind != .sealed }
        #expect(history.map(\.attempt) == Array(1...(limit + 1)))
        #expect(history.dropLast().allSatisfy { $0.kind == .attempt })
        #expect(history.last?.kind == .terminal && history.last?.state == .failed)
        #expect(history.last?.endedAt == farm.now, "the last error is the one returned")
    }

    @Test func `C21 a task that succeeds on its last attempt has succeeded`() {
        let farm = TestFarm()
        _ = farm.engine()
        let task = TaskID(farm.job(.tasks(1, retry: RetryPolicy(failure: 1))), 0)
        farm.end(task, .failed)
        farm.end(task)
        #expect(farm.state(task) == .succeeded && farm.entry(task)?.attempt == 2)
    }

    @Test(arguments: [1, 2, 3, 10] as [UInt32])
    func `C22 a limit of as many as there are engines, or more, ends`(_ limit: UInt32) {
        let farm = TestFarm()
        _ = [farm.engine("a"), farm.engine("b"), farm.engine("c")]
        let job = farm.job(.tasks(4, retry: RetryPolicy(failure: limit)))
        var ends = 0
        while let next = farm.out.keys.min(), ends < 1_000 {
            ends += 1
            farm.end(next, .failed)
        }
        #expect(ends == 4 * (Int(limit) + 1))
        #expect(farm.counts(job).failed == 4)
    }

    @Test func `C23 each cause has a budget of its own`() {
        let farm = TestFarm()
        let retry = RetryPolicy(failure: 1, timeout: 2, engineLost: 1)
        var engine = farm.engine("a", session: 1)
        let task = TaskID(farm.job(.tasks(1, retry: retry)), 0)
        farm.end(task, .failed, cause: .timeout)
        farm.end(task, .failed)
        farm.end(task, .failed, cause: .timeout)
        // Lost while it runs: charged to that budget only.
        farm.handle(.engineDisconnected(engine, SessionID(1)))
        farm.wait(.seconds(1))
        engine = farm.engine("b", session: 2)
        #expect(farm.out[task]?.engine == engine && farm.out[task]?.name.attempt == 5)
        farm.end(task, .failed)
        #expect(farm.state(task) == .failed, "the failure budget was one")
    }

    @Test func `a dispatch that an engine gives back costs nothing`() {
        let farm = TestFarm()
        let engine = farm.engine("a", session: 1)
        let task = TaskID(farm.job(.tasks(1, retry: RetryPolicy(failure: 0, engineLost: 0))), 0)
        let name = farm.out[task]!.name
        farm.handle(.engineDraining(engine))
        farm.handle(.recalled(engine, name, givenBack: true))
        farm.turn()
        #expect(farm.state(task) == .ready)
        let other = farm.engine("b", session: 2)
        #expect(farm.out[task]?.engine == other)
        farm.end(task)
        #expect(farm.state(task) == .succeeded)
    }
}
