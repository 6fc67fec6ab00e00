import FarmCore
import Testing

@Suite struct SchedulerEngineTests {
    @Test
    func `C30 a silent engine is lost after the heartbeat limit, and its late result is dropped and counted`()
    {
        let farm = TestFarm()
        let silent = farm.engine("silent", session: 1)
        let task = TaskID(farm.job(.tasks(1)), 0)
        let late = farm.out[task]!
        farm.wait(.seconds(9))
        #expect(farm.state(task) == .assigned, "not before the limit")
        farm.wait(.seconds(4))
        #expect(farm.state(task) == .ready)
        let other = farm.engine("other", session: 2)
        #expect(farm.out[task]?.engine == other && farm.out[task]?.name.attempt == 2)
        farm.report(late)
        farm.turn()
        #expect(farm.scheduler.statistics.droppedResults == 1)
        #expect(farm.state(task) == .assigned)
        farm.end(task)
        farm.report(late)
        farm.turn()
        #expect(farm.log.filter { $0.kind == .terminal && $0.task == task }.count == 1)
        #expect(farm.scheduler.statistics.droppedResults == 2)
        _ = silent
    }

    @Test func `C29 a nanny's next worker is proof that the one before is dead`() {
        let farm = TestFarm()
        let dead = farm.engine("e", session: 1, pid: 77)
        let other = farm.engine("e", session: 2, pid: 78)
        let job = farm.job(.tasks(2))
        let task = TaskID(job, farm.out[TaskID(job, 0)]?.engine == dead ? 0 : 1)
        farm.handle(.engineDisconnected(dead, SessionID(1)))
        farm.turn()
        #expect(farm.state(task) == .assigned, "it may come back")
        let next = farm.engine("e", session: 3, pid: 77)
        #expect(farm.out[task]?.engine == next && farm.out[task]?.name.attempt == 2)
        #expect(farm.scheduler.engineSummaries.count == 2)
        #expect(farm.scheduler.statistics.enginesLost == 1)
        // One that is here is left alone, whatever it looks like.
        _ = farm.engine("e", session: 4, pid: 78)
        #expect(farm.scheduler.engineSummaries.count == 3)
        #expect(farm.out[TaskID(job, 1 - task.index)]?.engine == other)
    }

    @Test func `C30 an engine that lost its attempts and comes back is told to stop them`() {
        let farm = TestFarm()
        let key = farm.key()
        _ = farm.engine("silent", key: key, session: 1)
        let task = TaskID(farm.job(.tasks(1)), 0)
        let old = farm.out[task]!.name
        farm.wait(.seconds(13))
        _ = farm.engine("other", session: 2)
        let back = farm.engine("silent", key: key, claims: [Claim(name: old, phase: .running)], session: 3)
        #expect(farm.controls.contains(.stop(back, old)))
        #expect(farm.out[task]?.name.attempt == 2)
    }

    @Test func `C31 a clean leave while idle touches no task, while busy it drains`() {
        let farm = TestFarm()
        let idle = farm.engine("idle", session: 1)
        farm.handle(.engineBye(idle))
        farm.turn()
        let busy = farm.engine("busy", session: 2)
        let job = farm.job(.tasks(3))
        farm.handle(.drain(EngineID(1), now: false))
        farm.turn()
        #expect(farm.controls.contains(.leave(busy, now: false)))
        #expect(farm.counts(job).assigned == 1, "what it has it finishes")
        farm.end(TaskID(job, 0))
        #expect(farm.counts(job).ready == 2 && farm.out.isEmpty, "and it gets nothing new")
        farm.handle(.engineBye(busy))
        farm.turn()
        #expect(farm.counts(job).succeeded == 1 && farm.counts(job).ready == 2)
        #expect(farm.scheduler.statistics.retries == 0)
    }

    @Test func `a short disconnection changes nothing for what the engine holds`() {
        let farm = TestFarm()
        let key = farm.key()
        let first = farm.engine("a", slots: 2, key: key, session: 1)
        let job = farm.job(.tasks(2))
        farm.handle(.engineDisconnected(first, SessionID(1)))
        farm.turn()
        // One arrived, the other's message was lost with the connection.
        let claim = Claim(name: farm.out[TaskID(job, 0)]!.name, phase: .running)
        farm.pass(.milliseconds(300))
        _ = farm.engine("a", slots: 2, key: key, claims: [claim], session: 2)
        #expect(farm.out[TaskID(job, 0)]?.name.attempt == 1 && farm.state(TaskID(job, 0)) == .running)
        #expect(farm.out[TaskID(job, 1)]?.name.attempt == 2)
        #expect(farm.scheduler.statistics.retries == 0 && farm.scheduler.statistics.enginesLost == 0)
    }

    @Test func `what a lost engine can have begun is charged, what waited there is not`() {
        let farm = TestFarm(hwm: 4)
        let engine = farm.engine("a", session: 1)
        let job = farm.job(.tasks(4, retry: RetryPolicy(engineLost: 0)))
        farm.handle(.engineDisconnected(engine, SessionID(1)))
        farm.wait(.seconds(1))
        #expect(farm.state(TaskID(job, 0)) == .failed)
        #expect(farm.entry(TaskID(job, 0))?.cause == .engineLost)
        #expect(farm.counts(job).ready == 3)
    }

    @Test func `a clock that jumps forward makes no engine lost that is heard of right after`() {
        let farm = TestFarm()
        let engine = farm.engine("a", session: 1)
        let task = TaskID(farm.job(.tasks(1)), 0)
        farm.alive = [engine]
        farm.wait(.seconds(3))
        // The machine sleeps for an hour. What came meanwhile is heard of in the turns after.
        farm.pass(.seconds(3_600))
        farm.turn()
        farm.wait(.seconds(30))
        #expect(farm.state(task) == .assigned && farm.scheduler.statistics.enginesLost == 0)
    }

    @Test func `an engine's key belongs to whom it was given first`() {
        let farm = TestFarm()
        let key = farm.key()
        _ = farm.engine("a", key: key, session: 1)
        let info = EngineInfo(key: key, name: "thief")
        farm.handle(.engineHello(SessionID(9), info, principal: "another", claims: []))
        farm.turn()
        let isRefused = farm.controls.contains {
            if case .engineRefused(SessionID(9), _) = $0 { true } else { false }
        }
        #expect(isRefused)
    }

    @Test func `C8 what only an engine may do waits for the worker that takes the dead one's place`() {
        let farm = TestFarm(hwm: 1)
        let dead = farm.engine("e", session: 1, pid: 77)
        let job = farm.job(.tasks(2, targets: ["e"]))
        farm.handle(.engineDisconnected(dead, SessionID(1)))
        farm.turn()
        _ = farm.engine("e", session: 2, pid: 77)
        #expect(farm.counts(job).impossible == 0 && farm.counts(job).unfinished == 2)
        for index in 0..<2 as Range<UInt32> { farm.end(TaskID(job, index)) }
        #expect(farm.counts(job).succeeded == 2)
    }

    @Test func `a worker that died idle is not waited for once its nanny's next one is here`() {
        let farm = TestFarm()
        let old = farm.engine("e", session: 1, pid: 77)
        let new = farm.engine("e", session: 2, pid: 77)
        let other = farm.engine("e", session: 3, pid: 78)
        #expect(farm.scheduler.engineSummaries.count == 3, "nobody has missed it yet")
        farm.handle(.engineDisconnected(old, SessionID(1)))
        farm.handle(.engineDisconnected(other, SessionID(3)))
        farm.alive = [new]
        farm.wait(.seconds(20))
        let names = farm.scheduler.engineSummaries.map { ($0.id, $0.presence) }
        #expect(names.map(\.0) == [EngineID(1), EngineID(2)], "that of another nanny may come back")
        #expect(names.map(\.1) == ["attached", "away"])
    }
}
