import FarmCore
import Testing

@Suite struct SchedulerFollowTests {
    private func follower(of group: UInt32) -> GroupSpec {
        .tasks(name: "follower") { $0.follow = Follow([.group(group)]) }
    }

    @Test func `a task follows also the first of a group that has grown since`() {
        let farm = TestFarm()
        let engine = farm.engine("a", slots: 4)
        _ = farm.engine("b")
        let key = farm.key()
        farm.submit([.tasks(targets: ["a"])], key: key, isLast: false, streaming: true)
        let first = TaskID(JobID(1), 0)
        farm.end(first)
        var more = GroupSpec.tasks(2)
        more.isContinuation = true
        farm.submit([more], key: key, part: 1, isLast: false, streaming: true)
        farm.submit([follower(of: 0)], key: key, part: 2, streaming: true)
        farm.end(TaskID(JobID(1), 1))
        farm.end(TaskID(JobID(1), 2))
        #expect(farm.out[TaskID(JobID(1), 3)]?.engine == engine)
    }

    @Test func `tasks that come later to a group that can follow nobody are impossible, too`() {
        let farm = TestFarm()
        _ = [farm.engine("a"), farm.engine("b")]
        let key = farm.key()
        farm.submit([.tasks(2), follower(of: 0)], key: key, isLast: false, streaming: true)
        farm.end(TaskID(JobID(1), 0))
        farm.end(TaskID(JobID(1), 1))
        var more = GroupSpec.tasks()
        more.isContinuation = true
        farm.submit([more], key: key, part: 1, streaming: true)
        for index in 2...3 as ClosedRange<UInt32> {
            #expect(farm.entry(TaskID(JobID(1), index))?.cause == .noEngine)
        }
    }

    @Test func `C47 a follower that was tried before a restart is held until its engine may have claimed it`()
    {
        let farm = TestFarm(epoch: 2)
        let infos = ["a", "b"].map { EngineInfo(key: farm.key(), name: $0) }
        for (number, info) in infos.enumerated() {
            farm.recover(.fact(.engineJoined(EngineID(UInt32(number)), info)))
        }
        var follower = follower(of: 0)
        follower.policy.retry = RetryPolicy(failure: 1)
        let part = SubmissionPart(
            key: farm.key(), part: 0, isLast: true, header: JobHeader(), templates: [[], [], []],
            groups: [.tasks(), follower])
        farm.recover(
            .submission(
                part, blocks: [.none, .none], job: JobID(1), owner: "me", priorityCap: .max, at: farm.now))
        for (index, kind) in [OutcomeEntry.Kind.terminal, .attempt].enumerated() {
            let end = OutcomeEntry(
                kind: kind, task: TaskID(JobID(1), UInt32(index)), state: .failed, cause: .failure,
                attempt: 1,
                engine: EngineID(0), startedAt: farm.now, endedAt: farm.now)
            farm.recover(.outcome(end))
        }
        farm.recovered()
        let engine = farm.engine("a", key: infos[0].key, session: 1)
        #expect(farm.sent.isEmpty)
        _ = farm.engine("b", key: infos[1].key, session: 2)
        #expect(farm.sent.map(\.engine) == [engine])
    }

    @Test func `a job with a follower that had ended is read back after a restart`() {
        let farm = TestFarm(epoch: 2)
        let part = SubmissionPart(
            key: farm.key(), part: 0, isLast: true, header: JobHeader(), templates: [[], [], []],
            groups: [.tasks(), follower(of: 0)])
        farm.recover(
            .submission(
                part, blocks: [.none, .none], job: JobID(1), owner: "me", priorityCap: .max, at: farm.now))
        for index in 0...1 as ClosedRange<UInt32> {
            let end = OutcomeEntry(
                kind: .terminal, task: TaskID(JobID(1), index), state: .succeeded, attempt: 1,
                engine: EngineID(1), startedAt: farm.now, endedAt: farm.now)
            farm.recover(.outcome(end))
        }
        farm.recovered()
        #expect(farm.counts(JobID(1)).succeeded == 2 && farm.scheduler.usage.isEmpty)
    }

    @Test func `after a restart it is still known where those ran that are followed`() {
        let farm = TestFarm(epoch: 2)
        let infos = ["a", "b"].map { EngineInfo(key: farm.key(), name: $0) }
        for (number, info) in infos.enumerated() {
            farm.recover(.fact(.engineJoined(EngineID(UInt32(number)), info)))
        }
        let part = SubmissionPart(
            key: farm.key(), part: 0, isLast: true, header: JobHeader(), templates: [[], [], []],
            groups: [.tasks(), follower(of: 0)])
        farm.recover(
            .submission(
                part, blocks: [.none, .none], job: JobID(1), owner: "me", priorityCap: .max, at: farm.now))
        let end = OutcomeEntry(
            kind: .terminal, task: TaskID(JobID(1), 0), state: .succeeded, attempt: 1, engine: EngineID(1),
            startedAt: farm.now, endedAt: farm.now)
        farm.recover(.outcome(end))
        farm.recovered()
        let engines = infos.map { farm.engine($0.name, key: $0.key, session: $0.name == "a" ? 1 : 2) }
        #expect(farm.out[TaskID(JobID(1), 1)]?.engine == engines[1])
    }

    /// Found by seed 1015084 of the simulator.
    @Test func `tasks that come to a follower whose engine has gone meanwhile are impossible, too`() {
        let farm = TestFarm()
        let gone = farm.engine("gone")
        _ = farm.engine("other")
        let key = farm.key()
        farm.submit(
            [.tasks(targets: ["gone"]), follower(of: 0)], key: key, isLast: false, streaming: true)
        farm.end(TaskID(JobID(1), 0))
        #expect(farm.out[TaskID(JobID(1), 1)]?.engine == gone)
        farm.handle(.engineBye(gone))
        farm.turn()
        #expect(farm.entry(TaskID(JobID(1), 1))?.cause == .noEngine)
        var more = GroupSpec.tasks(2)
        more.isContinuation = true
        farm.submit([more], key: key, part: 1, streaming: true)
        for index in 2...3 as ClosedRange<UInt32> {
            #expect(farm.entry(TaskID(JobID(1), index))?.cause == .noEngine)
        }
    }
}
