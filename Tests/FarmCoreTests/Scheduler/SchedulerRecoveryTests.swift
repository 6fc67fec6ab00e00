import FarmCore
import Testing

/// What a restarted controller makes of its ledger and of the engines that come back.
@Suite struct SchedulerRecoveryTests {
    let key = UniqueKey(high: 1, low: 1)
    let engineKey = UniqueKey(high: 2, low: 2)
    let job = JobID(1)

    private func part(_ tasks: UInt32, isLast: Bool = true, after: Dependency...) -> SubmissionPart {
        SubmissionPart(
            key: key, part: 0, isLast: isLast, header: JobHeader(), templates: [[]],
            groups: [GroupSpec(template: 0, count: tasks, after: after)])
    }

    /// A farm whose ledger tells of a job and of one engine, in the life after.
    private func restarted(tasks: UInt32 = 3, _ steps: RecoveryStep..., grace: Int64 = .seconds(15))
        -> TestFarm
    {
        var settings = SchedulerSettings()
        settings.recoveryGraceNanoseconds = grace
        let farm = TestFarm(settings, epoch: 2)
        farm.recover(
            .submission(part(tasks), blocks: [.none], job: job, owner: "me", priorityCap: 9, at: farm.now))
        farm.recover(.fact(.engineJoined(EngineID(0), EngineInfo(key: engineKey, name: "old", slots: 2))))
        for step in steps { farm.recover(step) }
        farm.recovered()
        return farm
    }

    private func claim(_ index: UInt32, _ phase: Claim.Phase, attempt: UInt32 = 1) -> Claim {
        Claim(name: DispatchName(task: TaskID(job, index), attempt: attempt, epoch: 1), phase: phase)
    }

    @Test
    func
        `C33 after a restart nothing is sent before the roster is back, and what it claims is not run twice`()
    {
        let farm = restarted()
        _ = farm.engine("new", slots: 4, session: 5)
        #expect(farm.out.isEmpty, "held: the old engine may run it")
        // What is new is not held.
        let fresh = farm.job(.tasks(1))
        #expect(farm.out.keys.sorted() == [TaskID(fresh, 0)])
        let old = farm.engine("old", slots: 2, key: engineKey, claims: [claim(0, .running)], session: 6)
        #expect(farm.state(TaskID(job, 0)) == .running)
        #expect(farm.sent.allSatisfy { $0.name.task != TaskID(job, 0) })
        #expect(farm.counts(job).assigned == 2, "nobody claims the others")
        // The result of the dispatch from before counts.
        let report = AttemptReport(name: claim(0, .running).name, state: .succeeded)
        farm.handle(.result(old, hint: 0, report, .none))
        farm.turn()
        #expect(farm.state(TaskID(job, 0)) == .succeeded)
    }

    @Test func `C33 an engine that registers late finds its task finished, and nothing is run twice`() {
        let farm = restarted(tasks: 1, grace: .seconds(3))
        farm.wait(.seconds(4))
        _ = farm.engine("new", session: 5)
        farm.end(TaskID(job, 0))
        let old = farm.engine("old", key: engineKey, claims: [claim(0, .running)], session: 6)
        #expect(farm.controls.contains(.stop(old, claim(0, .running).name)))
        farm.handle(
            .result(old, hint: 0, AttemptReport(name: claim(0, .running).name, state: .succeeded), .none))
        farm.turn()
        #expect(farm.log.filter { $0.kind == .terminal }.count == 1)
        #expect(farm.sent.count == 1 && farm.scheduler.statistics.droppedResults == 1)
    }

    @Test
    func
        `a result of an earlier incarnation does not count for the dispatch of this one with the same attempt`()
    {
        let farm = restarted(tasks: 1, grace: .seconds(3))
        farm.wait(.seconds(4))
        let old = farm.engine("old", key: engineKey, session: 6)
        #expect(farm.out[TaskID(job, 0)]?.name.attempt == 1)
        farm.handle(
            .result(old, hint: 0, AttemptReport(name: claim(0, .running).name, state: .failed), .none))
        farm.turn()
        #expect(farm.state(TaskID(job, 0)) == .assigned && farm.scheduler.statistics.droppedResults == 1)
    }

    @Test func `C40 a recovered job counts what had ended and what had been tried`() {
        let done = OutcomeEntry(kind: .terminal, task: TaskID(JobID(1), 1), state: .succeeded, attempt: 1)
        let tried = OutcomeEntry(
            kind: .attempt, task: TaskID(JobID(1), 2), state: .failed, cause: .engineLost, attempt: 1)
        let range = OutcomeEntry(
            kind: .range, task: TaskID(JobID(1), 3), count: 4, state: .cancelled, cause: .cancelled)
        let farm = restarted(tasks: 10, .outcome(done), .outcome(tried), .outcome(range), grace: .seconds(1))
        #expect(
            farm.counts(job).succeeded == 1 && farm.counts(job).cancelled == 4 && farm.counts(job).ready == 5)
        farm.wait(.seconds(2))
        _ = farm.engine("new", slots: 20, session: 5)
        #expect(farm.out.keys.sorted() == [0, 2, 7, 8, 9].map { TaskID(job, $0) })
        #expect(farm.out[TaskID(job, 2)]?.name.attempt == 2)
    }

    @Test func `C35 a cancel that was on its way when the controller died holds`() {
        let farm = restarted(.fact(.cancelling(TaskID(JobID(1), 0), count: 2)))
        // One is claimed and stopped, the other is gone with nobody to say so.
        let old = farm.engine("old", slots: 2, key: engineKey, claims: [claim(0, .running)], session: 6)
        #expect(farm.controls.contains(.stop(old, claim(0, .running).name)))
        #expect(farm.state(TaskID(job, 0)) == .cancelling)
        #expect(farm.state(TaskID(job, 1)) == .cancelled)
        #expect(farm.state(TaskID(job, 2)) == .assigned)
    }

    @Test func `a stream that was cancelled before its end stays closed`() {
        let farm = TestFarm(epoch: 2)
        var open = part(2)
        open.isLast = false
        open.header?.isStreaming = true
        farm.recover(
            .submission(open, blocks: [.none], job: job, owner: "me", priorityCap: 9, at: farm.now))
        farm.recover(
            .outcome(
                OutcomeEntry(
                    kind: .sealed, task: TaskID(job, 0), count: 2, state: .waiting, endedAt: farm.now)))
        farm.recover(
            .outcome(
                OutcomeEntry(
                    kind: .range, task: TaskID(job, 0), count: 2, state: .cancelled, cause: .cancelled,
                    endedAt: farm.now)))
        farm.recovered()
        #expect(farm.scheduler.summary(of: job)?.isSealed == true)
        #expect(farm.scheduler.summary(of: job)?.endedAt != .zero)
        #expect(farm.scheduler.summary(of: job)?.entries == 2)
    }

    @Test func `payloads of tasks that had ended before the restart are let go`() {
        let farm = TestFarm(epoch: 2)
        var whole = part(2)
        whole.groups[0].payloads = PayloadBlock(bytes: [], ends: [0, 0])
        farm.recover(
            .submission(whole, blocks: [BlockRef(5)], job: job, owner: "me", priorityCap: 9, at: farm.now))
        farm.recover(
            .outcome(
                OutcomeEntry(
                    kind: .range, task: TaskID(job, 0), count: 2, state: .cancelled, cause: .cancelled,
                    endedAt: farm.now)))
        farm.recovered()
        #expect(farm.controls.contains(.releaseBlock(BlockRef(5))))
    }

    @Test func `a job has the same end after a restart as before`() {
        let before = TestFarm()
        _ = before.engine("one", slots: 2)
        let id = before.job(.tasks(2))
        before.pass(.seconds(9))
        for index: UInt32 in 0...1 {
            before.end(
                TaskID(id, index), started: before.now + -Int64.seconds(5 - Int64(index)), took: .seconds(2))
        }
        let after = TestFarm(epoch: 2)
        after.recover(
            .submission(part(2), blocks: [.none], job: id, owner: "me", priorityCap: 9, at: after.now))
        for entry in before.log { after.recover(.outcome(entry)) }
        after.recovered()
        let end = before.scheduler.summary(of: id)?.endedAt
        #expect(end == before.entry(TaskID(id, 1))?.endedAt && end != before.now)
        #expect(after.scheduler.summary(of: id)?.endedAt == end)
    }

    @Test func `a worker that comes back shows that earlier ones of its nanny are dead`() {
        let farm = TestFarm(epoch: 2)
        farm.recover(
            .submission(part(1), blocks: [.none], job: job, owner: "me", priorityCap: 9, at: farm.now))
        // Its controller died when the second worker was there, before the first was given up.
        let keys = [UniqueKey(high: 7, low: 1), UniqueKey(high: 7, low: 2)]
        for (number, key) in keys.enumerated() {
            let info = EngineInfo(key: key, name: "one", host: "here", pid: 7, slots: 1)
            farm.recover(.fact(.engineJoined(EngineID(UInt32(number)), info)))
        }
        farm.recovered()
        farm.turn()
        #expect(farm.out.isEmpty, "held")
        farm.handle(
            .engineHello(
                SessionID(5), EngineInfo(key: keys[1], name: "one", host: "here", pid: 7, slots: 1),
                principal: "", claims: []))
        farm.turn()
        #expect(farm.out.keys.contains(TaskID(job, 0)))
        #expect(farm.scheduler.engineSummaries.map(\.id) == [EngineID(1)])
    }

    @Test func `an engine that earlier lives have waited for is not waited for anew when others come back`() {
        let farm = restarted(
            .fact(.engineJoined(EngineID(1), EngineInfo(key: UniqueKey(high: 3, low: 3), name: "dead"))),
            .fact(.engineAwaited(EngineID(1), nanoseconds: .seconds(14))))
        farm.turn()
        _ = farm.engine("old", slots: 2, key: engineKey, claims: [], session: 6)
        farm.turn()
        #expect(farm.out.isEmpty, "the other one has a second left")
        farm.wait(.milliseconds(900))
        #expect(farm.out.isEmpty)
        farm.wait(.milliseconds(200))
        #expect(!farm.out.isEmpty)
    }

    @Test func `C30 what an engine holds of an unrecorded job is not taken for the next job of its number`() {
        let farm = TestFarm(epoch: 5)
        farm.recover(
            .submission(
                part(2, isLast: false), blocks: [.none], job: job, owner: "me", priorityCap: 9, epoch: 3,
                at: farm.now))
        var further = part(1)
        further.part = 1
        further.header = nil
        further.templates = []
        farm.recover(
            .submission(
                further, blocks: [.none], job: job, owner: "me", priorityCap: 9, epoch: 4, at: farm.now))
        farm.recover(.fact(.engineJoined(EngineID(0), EngineInfo(key: engineKey, name: "old", slots: 2))))
        farm.recovered()
        let stale = Claim(name: DispatchName(task: TaskID(job, 0), attempt: 1, epoch: 2), phase: .finished)
        let live = Claim(name: DispatchName(task: TaskID(job, 1), attempt: 1, epoch: 3), phase: .running)
        let engine = farm.engine("old", slots: 2, key: engineKey, claims: [stale, live], session: 5)
        #expect(farm.state(TaskID(job, 1)) == .running)
        farm.handle(.result(engine, hint: 0, AttemptReport(name: stale.name, state: .succeeded), .none))
        farm.turn()
        #expect(farm.out[TaskID(job, 0)]?.name.epoch == 5, "it is run, for it never was")
    }

    /// Found by seed 2064971 of the simulator.
    @Test func `C47 of two attempts of one task that an engine claims the newer one goes on`() {
        let farm = restarted()
        let claims = [claim(0, .finished), claim(0, .running, attempt: 2)]
        let engine = farm.engine("old", slots: 2, key: engineKey, claims: claims, session: 5)
        #expect(farm.state(TaskID(job, 0)) == .running && farm.out[TaskID(job, 0)] == nil)
        let first = AttemptReport(name: claims[0].name, state: .failed, cause: .failure)
        farm.handle(.result(engine, hint: 0, first, .none))
        farm.turn()
        #expect(farm.state(TaskID(job, 0)) == .running && farm.out[TaskID(job, 0)] == nil)
        farm.handle(.result(engine, hint: 0, AttemptReport(name: claims[1].name, state: .succeeded), .none))
        farm.turn()
        #expect(farm.entry(TaskID(job, 0))?.attempt == 2)
    }

    /// Found by seed 2074420 of the simulator.
    @Test func `C33 a task that fails after a restart is not tried again before all who may have it are back`() {
        let otherKey = UniqueKey(high: 3, low: 3)
        let farm = TestFarm(epoch: 2)
        var part = part(1)
        part.groups[0].policy.retry = RetryPolicy(failure: 2)
        farm.recover(
            .submission(part, blocks: [.none], job: job, owner: "me", priorityCap: 9, epoch: 1, at: farm.now))
        for (number, key) in [engineKey, otherKey].enumerated() {
            let info = EngineInfo(key: key, name: "e\(number)", slots: 2)
            farm.recover(.fact(.engineJoined(EngineID(UInt32(number)), info)))
        }
        farm.recovered()
        let (first, second) = (claim(0, .finished), claim(0, .running, attempt: 2))
        let engine = farm.engine("e0", slots: 2, key: engineKey, claims: [first], session: 5)
        let failed = AttemptReport(name: first.name, state: .failed, cause: .failure)
        farm.handle(.result(engine, hint: 0, failed, .none))
        farm.turn()
        #expect(farm.out.isEmpty, "its second attempt may run at the other")
        _ = farm.engine("e1", slots: 2, key: otherKey, claims: [second], session: 6)
        #expect(farm.out.isEmpty && farm.state(TaskID(job, 0)) == .running)
        #expect(farm.scheduler.position(of: TaskID(job, 0))?.attempt == 2)
    }
}
