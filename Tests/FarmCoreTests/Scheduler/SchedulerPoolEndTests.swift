import FarmCore
import Testing

/// How pools break, and what is said of it.
@Suite struct SchedulerPoolEndTests {
    let farm = TestFarm()
    private let key = UniqueKey(high: 9, low: 1)

    private var restarted: [EngineHandle] {
        farm.controls.compactMap { if case .startAnew(let engine) = $0 { engine } else { nil } }
    }

    private func leave(_ rank: UInt32, of pool: [EngineHandle], now: Bool) {
        farm.handle(.drain(EngineID(rank), now: now))
        farm.turn()
        farm.handle(.engineBye(pool[Int(rank)]))
        farm.turn()
    }

    private func chance(_ task: TaskID) -> PoolChance? {
        guard case .waitsForRanks(_, let chances)? = farm.scheduler.why(task) else { return nil }
        return chances.first
    }

    @Test(arguments: [true, false])
    func `C56 a rank that is stopped or drained breaks its pool, and why names it`(isStopped: Bool) throws {
        let pool = farm.pool(3)
        leave(1, of: pool, now: isStopped)
        #expect(restarted == [pool[0], pool[2]])
        #expect(
            farm.controls.contains(
                .poolBroken(PoolSeat(key: key, rank: 1, size: 3), EngineID(1), restarted: 2)))
        for rank in [0, 2] { farm.handle(.engineBye(pool[rank])) }
        farm.turn()
        let (first, third) = (farm.rank(of: key, 0, 3), farm.rank(of: key, 2, 3))
        let task = TaskID(farm.job(.gang(0)), 0)
        let found = try #require(chance(task))
        #expect(found.here == 2 && found.idleCount == 1)
        #expect(
            found.idle
                == [IdleRank(rank: 1, engine: EngineID(1), name: "p1r1", isStopped ? .stopped : .left)])
        let second = farm.rank(of: key, 1, 3)
        #expect(farm.engines(of: task) == [first, second, third])
        #expect(restarted.count == 2, "those that start anew break nothing")
    }

    @Test func `C56 a rank that was told to stop and is lost before it says so breaks its pool`() {
        let pool = farm.pool(2)
        farm.handle(.drain(EngineID(0), now: true))
        farm.turn()
        farm.handle(.engineDisconnected(pool[0], SessionID(1_000)))
        farm.alive = [pool[1]]
        farm.wait(.seconds(1))
        #expect(restarted == [pool[1]])
    }

    @Test func `C56 a rank that is drained stays until what its pool runs together has ended`() {
        let farm = TestFarm()
        let ranks = farm.pool(3)
        farm.alive = ranks
        let task = TaskID(farm.job(.gang(2)), 0)
        let third = ranks.first { !farm.engines(of: task).contains($0) }!
        func leaves(_ engine: EngineHandle) -> Bool { farm.controls.contains(.leave(engine, now: false)) }
        for engine in [third, farm.engines(of: task)[0]] {
            farm.handle(.drain(EngineID(UInt32(ranks.firstIndex(of: engine)!)), now: false))
            farm.turn()
            #expect(!leaves(engine), "its leaving would break the pool")
        }
        farm.endRank(task, 0)
        #expect(farm.stops(of: task).isEmpty && ranks.allSatisfy { !leaves($0) })
        farm.endRank(task, 1)
        #expect(farm.state(task) == .succeeded)
        #expect(ranks.filter(leaves).count == 2)
        // Told to stop, it does not wait.
        let again = TestFarm()
        let others = again.pool(2)
        again.alive = others
        _ = again.job(.gang(2))
        again.handle(.drain(EngineID(0), now: true))
        again.turn()
        #expect(again.controls.contains(.leave(others[0], now: true)))
    }

    @Test func `ranks that drain end what they run when another leaves`() {
        let pool = farm.pool(3)
        let narrow = farm.job(.tasks(3))
        for rank in 0..<2 as Range<UInt32> { farm.handle(.drain(EngineID(rank), now: false)) }
        farm.end(TaskID(narrow, 0))
        farm.handle(.engineBye(pool[0]))
        farm.turn()
        #expect(restarted == [pool[2]], "the second leaves anyway")
        farm.end(TaskID(narrow, 1))
        #expect(farm.entry(TaskID(narrow, 1))?.state == .succeeded)
        farm.handle(.engineBye(pool[1]))
        farm.turn()
        #expect(restarted.count == 1)
    }

    @Test(arguments: [true, false])
    func `C56 ranks that are drained after their pool broke are not wanted back`(isNow: Bool) {
        let pool = farm.pool(3)
        leave(0, of: pool, now: isNow)
        #expect(restarted == [pool[1], pool[2]])
        for rank in 1..<3 as Range<UInt32> { farm.handle(.drain(EngineID(rank), now: isNow)) }
        farm.turn()
        let told = farm.controls.compactMap { if case .leave(let engine, _) = $0 { engine } else { nil } }
        #expect(told == pool)
        // One that is away hears it when it is back, and not that it is to start anew.
        farm.handle(.engineDisconnected(pool[1], SessionID(1_000)))
        farm.handle(.engineBye(pool[2]))
        farm.turn()
        #expect(restarted.count == 2)
        let task = TaskID(farm.job(.gang(0)), 0)
        #expect(chance(task)?.idle.contains { $0.trouble == .startsAnew } == false)
    }

    @Test func `why names the rank that drains, and one that has never come`() throws {
        _ = farm.pool(2)
        farm.handle(.drain(EngineID(1), now: false))
        let task = TaskID(farm.job(.gang(0)), 0)
        let draining = try #require(chance(task))
        #expect(draining.here == 2 && draining.free == 1)
        #expect(draining.idle == [IdleRank(rank: 1, engine: EngineID(1), name: "p1r1", .draining)])
        let other = TestFarm()
        _ = other.rank(of: key, 1, 2)
        let waiting = TaskID(other.job(.gang(0)), 0)
        guard case .waitsForRanks(_, let chances)? = other.scheduler.why(waiting) else {
            Issue.record("it waits for ranks")
            return
        }
        #expect(chances.first?.idle == [IdleRank(rank: 0, .neverCame)])
    }

    @Test func `a loss says what was queued again, what was in lanes, and what were ranks`() throws {
        let pool = farm.pool(2, slots: 2)
        _ = farm.job(.gang(0))
        _ = farm.job(.tasks(1, targets: ["0"]))
        _ = farm.job(.tasks(2, targets: ["0"]) { $0.lane = "x" })
        farm.alive = [pool[1]]
        farm.handle(.engineDisconnected(pool[0], SessionID(1_000)))
        farm.wait(.seconds(1))
        let lost = farm.controls.compactMap { control -> GivenUpAttempts? in
            if case .engineLost(_, _, let attempts, _) = control { attempts } else { nil }
        }
        #expect(lost == [GivenUpAttempts(ordinary: 1, inLanes: 1, ranks: 1)])
        #expect(farm.scheduler.engineSummaries.map(\.ranks) == [0, 1], "it has to be stopped first")
    }
}
