import FarmCore
import Testing

/// Copies of stragglers.
@Suite struct SchedulerSpeculationTests {
    private let second = Int64.seconds(1)

    /// Four tasks, of which three have ended after a second and the last goes on; a copy of it is out.
    private func straggling(retry: RetryPolicy = RetryPolicy()) -> (TestFarm, TaskID, [TestFarm.Sent]) {
        let farm = TestFarm(hwm: 1)
        farm.alive = (0..<2).map { farm.engine("e\($0)", slots: 2, session: UInt64($0 + 1)) }
        let job = farm.job(.tasks(4, retry: retry) { $0.speculate = true })
        farm.wait(second)
        for index in 0..<3 as Range<UInt32> { farm.end(TaskID(job, index)) }
        let task = TaskID(job, 3)
        #expect(farm.sent.filter { $0.name.task == task }.count == 1)
        farm.wait(3 * second)
        let sent = farm.sent.filter { $0.name.task == task }
        #expect(sent.count == 2 && sent[0].engine != sent[1].engine)
        #expect(sent.map(\.name.attempt) == [1, 2])
        #expect(farm.counts(job).total == 4 && farm.counts(job).unfinished == 1)
        return (farm, task, sent)
    }

    @Test(arguments: [0, 1]) func `the first to succeed counts, and the other is stopped`(_ first: Int) {
        let (farm, task, sent) = straggling()
        farm.report(sent[first])
        farm.turn()
        #expect(farm.state(task) == .succeeded)
        #expect(farm.entry(task)?.attempt == UInt32(first + 1))
        #expect(farm.controls.contains(.stop(sent[1 - first].engine, sent[1 - first].name)))
        farm.report(sent[1 - first])
        farm.turn()
        #expect(farm.scheduler.statistics.droppedResults == 1)
        #expect(farm.log.filter { $0.kind == .terminal && $0.task == task }.count == 1)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `why names both attempts`() throws {
        let (farm, task, sent) = straggling()
        guard case .atEngine(_, _, 1, let copy?) = farm.scheduler.why(task) else {
            Issue.record("\(String(describing: farm.scheduler.why(task)))")
            return
        }
        #expect(copy.attempt == 2)
        farm.report(sent[1], .failed)
        farm.turn()
        guard case .atEngine(_, _, 1, nil) = farm.scheduler.why(task) else {
            Issue.record("\(String(describing: farm.scheduler.why(task)))")
            return
        }
    }

    @Test(arguments: [0, 1]) func `one that fails leaves the race to the other`(_ first: Int) {
        let (farm, task, sent) = straggling()
        farm.report(sent[first], .failed)
        farm.turn()
        #expect(farm.state(task) == .assigned)
        farm.report(sent[1 - first])
        farm.turn()
        #expect(farm.state(task) == .succeeded)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `an attempt is copied once, and no name is used again`() {
        let (farm, task, sent) = straggling(retry: RetryPolicy(failure: 1))
        farm.report(sent[1], .failed)
        farm.wait(10 * second)
        #expect(farm.sent.filter { $0.name.task == task }.count == 2)
        farm.report(sent[0], .failed)
        farm.turn()
        farm.wait(10 * second)
        let attempts = farm.sent.filter { $0.name.task == task }.map(\.name.attempt)
        #expect(attempts == [1, 2, 3, 4])
    }

    @Test func `when both fail the task has failed, and its next attempt has a number of its own`() {
        let (farm, task, sent) = straggling(retry: RetryPolicy(failure: 1))
        farm.report(sent[1], .failed)
        farm.report(sent[0], .failed)
        farm.turn()
        #expect(farm.out[task]?.name.attempt == 3)
        farm.end(task, .failed)
        #expect(farm.state(task) == .failed)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C28 a copy that failed gives no try back when its engine is quarantined`() throws {
        let (farm, task, sent) = straggling(retry: RetryPolicy(failure: 1))
        farm.report(sent[1], .failed)
        farm.report(sent[0], .failed)
        farm.turn()
        farm.wait(10 * second)
        let copy = try #require(farm.sent.last { $0.name.task == task })
        #expect(copy.name.attempt == 4)
        farm.report(copy, .failed)
        // All that others do there fails at once, and elsewhere it succeeds.
        let others = farm.job(.tasks(40, retry: RetryPolicy(failure: 9)))
        while farm.scheduler.statistics.quarantines == 0, farm.counts(others).unfinished > 0 {
            for (other, attempt) in farm.out where other.job == others {
                farm.end(other, attempt.engine == copy.engine ? .failed : .succeeded, took: second / 100)
            }
        }
        #expect(farm.scheduler.statistics.quarantines == 1)
        let first = try #require(farm.sent.first { $0.name.task == task && $0.name.attempt == 3 })
        farm.report(first, .failed)
        farm.turn()
        #expect(farm.state(task) == .failed, "its one failure and one more")
    }

    @Test func `the loss of one engine leaves the other's attempt, and a cancel stops both`() {
        let (farm, task, sent) = straggling()
        farm.handle(.engineBye(sent[0].engine))
        farm.turn()
        #expect(farm.state(task) == .assigned && farm.scheduler.isLive(sent[1].name, at: sent[1].engine))
        farm.report(sent[1])
        farm.turn()
        #expect(farm.state(task) == .succeeded)

        let (other, straggler, attempts) = straggling()
        #expect(other.cancel(TaskRange(job: straggler.job)).cancelling == 1)
        for attempt in attempts { #expect(other.controls.contains(.stop(attempt.engine, attempt.name))) }
        other.report(attempts[0], .cancelled)
        other.turn()
        #expect(other.state(straggler) == .cancelled)
        #expect(other.scheduler.usage.isEmpty)
    }

    @Test func `without idle slots, or before half have ended, or unasked, nothing is copied`() {
        let farm = TestFarm(hwm: 1)
        farm.alive = (0..<2).map { farm.engine("e\($0)", slots: 2, session: UInt64($0 + 1)) }
        let asked = farm.job(.tasks(8) { $0.speculate = true })
        farm.end(TaskID(asked, 0))
        farm.wait(60 * second)
        #expect(farm.scheduler.statistics.speculations == 0, "one of eight has ended")
        while let next = farm.out.keys.min() { farm.end(next) }
        let unasked = farm.job(.tasks(4))
        for index in 0..<3 as Range<UInt32> { farm.end(TaskID(unasked, index)) }
        farm.wait(60 * second)
        #expect(farm.scheduler.statistics.speculations == 0)
    }
}
