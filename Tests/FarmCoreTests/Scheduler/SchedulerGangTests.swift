import FarmCore
import Testing

/// Attempts at collective tasks: how they are sent, and what comes of them.
@Suite struct SchedulerGangTests {
    let farm = TestFarm()

    @Test func `C57 a collective task runs on all ranks of its pool, sent in one turn`() throws {
        let pool = farm.pool(3)
        let task = TaskID(farm.job(.gang(0)), 0)
        #expect(farm.engines(of: task) == pool)
        let seats = farm.ranks[task]?.compactMap(\.seat) ?? []
        #expect(seats.map(\.rank) == [0, 1, 2])
        #expect(seats.allSatisfy { $0.poolRanks == [0, 1, 2] })
        #expect(Set(farm.ranks[task]?.map(\.name) ?? []).count == 1)
        farm.endRank(task, 1)
        farm.endRank(task, 0)
        #expect(farm.state(task) == .assigned)
        farm.endRank(task, 2)
        #expect(farm.story(task) == [.rank, .rank, .rank, .terminal])
        #expect(farm.log.filter { $0.kind == .rank }.map(\.rank) == [1, 0, 2])
        #expect(farm.entry(task)?.state == .succeeded)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C57 two half-pool tasks run side by side, and a third waits for both halves`() {
        _ = farm.pool(4)
        let job = farm.job(.gang(2, count: 3))
        let (one, two, three) = (TaskID(job, 0), TaskID(job, 1), TaskID(job, 2))
        #expect(Set(farm.engines(of: one) + farm.engines(of: two)).count == 4)
        #expect(farm.ranks[three] == nil)
        // One rank of each is free: they are of the same pool, and enough.
        farm.endRank(one, 0)
        farm.endRank(two, 1)
        #expect(farm.ranks[three]?.count == 2)
        #expect(farm.ranks[three]?.first?.seat?.poolRanks == [0, 3])
    }

    @Test func `C57 a rank is in one collective task at a time, and its other slots take ordinary ones`() {
        _ = farm.pool(2, slots: 2)
        let job = farm.job(.gang(2, count: 2))
        let (one, two) = (TaskID(job, 0), TaskID(job, 1))
        #expect(farm.engines(of: one).count == 2)
        #expect(farm.ranks[two] == nil)
        farm.endRank(one, 0)
        #expect(farm.ranks[two] == nil)
        farm.endRank(one, 1)
        #expect(farm.engines(of: two).count == 2)
        let narrow = farm.job(.tasks(1))
        #expect(farm.out[TaskID(narrow, 0)] != nil)
    }

    @Test func `C57 k ranks or nothing: those of two pools are not put together`() {
        _ = farm.pool(2)
        _ = farm.pool(2, key: UniqueKey(high: 9, low: 2))
        let narrow = farm.job(.tasks(2) { $0.targets = ["p1r0", "p2r0"] })
        let gang = TaskID(farm.job(.gang(2)), 0)
        #expect(farm.ranks[gang] == nil)
        farm.end(TaskID(narrow, 1))
        #expect(farm.engines(of: gang).count == 2)
    }

    @Test func `C56 a pool runs nothing collective before all of its ranks are in`() {
        let key = UniqueKey(high: 9, low: 1)
        _ = farm.rank(of: key, 0, 3)
        _ = farm.rank(of: key, 2, 3)
        let job = farm.job(.gang(2))
        #expect(farm.ranks[TaskID(job, 0)] == nil)
        // Ordinary tasks do.
        let narrow = farm.job(.tasks(1))
        #expect(farm.out[TaskID(narrow, 0)] != nil)
        _ = farm.rank(of: key, 1, 3)
        #expect(farm.ranks[TaskID(job, 0)]?.count == 2)
    }

    @Test func `C58 one rank failing ends the attempt on all, with its code`() throws {
        let pool = farm.pool(3)
        let task = TaskID(farm.job(.gang(0)), 0)
        farm.endRank(task, 1, .failed, code: 7)
        #expect(farm.stops(of: task) == [pool[0], pool[2]])
        #expect(farm.state(task) == .assigned, "the others have not said so")
        farm.endRank(task, 0, .cancelled)
        farm.endRank(task, 2, .failed, code: -15)
        let entry = try #require(farm.entry(task))
        #expect(entry.state == .failed && entry.cause == .failure && entry.exitCode == 7)
        #expect(farm.log.filter { $0.kind == .rank }.map(\.exitCode) == [7, 0, -15])
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C58 an attempt that failed on one rank is tried again on all`() {
        _ = farm.pool(2)
        let task = TaskID(farm.job(.gang(2, retry: RetryPolicy(failure: 1))), 0)
        farm.endRank(task, 0, .failed, code: 1)
        farm.endRank(task, 1)
        #expect(farm.ranks[task]?.map(\.name.attempt) == [2, 2])
        farm.endRank(task, 1, .failed, cause: .timeout)
        farm.endRank(task, 0, .cancelled)
        #expect(farm.entry(task)?.cause == .timeout)
        #expect(farm.story(task) == [.rank, .rank, .attempt, .rank, .rank, .terminal])
    }

    @Test func `C56 the loss of a rank costs the task one try, and the pool leaves`() {
        let pool = farm.pool(3)
        let task = TaskID(farm.job(.gang(2, retry: RetryPolicy(engineLost: 1))), 0)
        let narrow = TaskID(farm.job(.tasks(1)), 0)
        #expect(farm.engines(of: task) == [pool[0], pool[1]])
        farm.handle(.engineDisconnected(pool[0], SessionID(1_000)))
        farm.alive = [pool[1], pool[2]]
        farm.wait(.seconds(1))
        #expect(farm.stops(of: task) == [pool[1]])
        let told = farm.controls.compactMap { control -> EngineHandle? in
            if case .startAnew(let engine) = control { engine } else { nil }
        }
        #expect(told == [pool[1], pool[2]])
        // They give back what they run.
        for one in [farm.ranks[task]![1], farm.out.removeValue(forKey: narrow)!] {
            farm.handle(.recalled(one.engine, one.name, givenBack: true))
        }
        farm.turn()
        #expect(farm.log.filter { $0.kind == .attempt }.map(\.cause) == [.engineLost])
        #expect(farm.state(task) == .ready && farm.state(narrow) == .ready)
        for engine in pool[1...] { farm.handle(.engineBye(engine)) }
        farm.alive = farm.pool(3)
        #expect(farm.ranks[task]?.map(\.name.attempt) == [2, 2])
        #expect(farm.out[narrow]?.name.attempt == 2)
    }

    @Test func `C58 a cancel reaches all ranks, and so does a deadline`() {
        let pool = farm.pool(2)
        let job = farm.job(.gang(2) { $0.deadline = .after(.seconds(30)) })
        #expect(farm.cancel(TaskRange(job: job)).cancelling == 1)
        #expect(farm.stops(of: TaskID(job, 0)) == pool)
        for rank in 0..<2 as Range<UInt32> { farm.endRank(TaskID(job, 0), rank, .cancelled) }
        #expect(farm.entry(TaskID(job, 0))?.state == .cancelled)
        let late = TaskID(farm.job(.gang(2) { $0.deadline = .after(.seconds(5)) }), 0)
        farm.alive = pool
        farm.wait(.seconds(6))
        #expect(farm.stops(of: late) == pool)
        for rank in 0..<2 as Range<UInt32> { farm.endRank(late, rank, .cancelled) }
        #expect(farm.entry(late)?.state == .expired)
    }

    @Test func `a gang counts once against its brake, and limits for each rank`() {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 3)]
        let farm = TestFarm(settings)
        _ = farm.pool(4)
        let job = farm.job(.gang(2, count: 2) { $0.brake.maxRunning = 1 })
        #expect(farm.ranks[TaskID(job, 0)]?.count == 2)
        #expect(farm.ranks[TaskID(job, 1)] == nil)
        farm.endGang(TaskID(job, 0))
        #expect(farm.ranks[TaskID(job, 1)]?.count == 2)
        farm.endGang(TaskID(job, 1))
        let licensed = farm.job(.gang(2, count: 2) { $0.needs.named = [NamedAmount("license", 1)] })
        #expect(farm.ranks[TaskID(licensed, 0)]?.count == 2)
        #expect(farm.ranks[TaskID(licensed, 1)] == nil, "one license is left, and it needs two")
        #expect(
            farm.submit([.gang(2) { $0.needs.named = [NamedAmount("license", 2)] }])
                == .refused(.badSubmission))
    }

    @Test func `ranks, copies and places of others make no sense together`() {
        #expect(farm.submit([.gang(2) { $0.speculate = true }]) == .refused(.badSubmission))
        let follower = GroupSpec.gang(2) { $0.follow = Follow([.group(0)]) }
        #expect(farm.submit([.tasks(1), follower]) == .refused(.badSubmission))
        #expect(farm.submit([.gang(65_536)]) == .refused(.badSubmission))
    }

    @Test func `a seat that is taken, and ranks that disagree about their pool, have to wait`() {
        let key = UniqueKey(high: 9, low: 1)
        _ = farm.rank(of: key, 0, 2)
        for (rank, size) in [(0, 2), (1, 3)] as [(UInt32, UInt32)] {
            var info = EngineInfo(key: farm.key(), name: "other")
            info.pool = PoolSeat(key: key, rank: rank, size: size)
            farm.handle(.engineHello(SessionID(77), info, principal: "p", claims: []))
            farm.turn()
            let waits = farm.controls.contains {
                if case .engineHasToWait(SessionID(77), _) = $0 { true } else { false }
            }
            #expect(waits)
        }
        #expect(farm.scheduler.engineSummaries.count == 1)
    }
}
