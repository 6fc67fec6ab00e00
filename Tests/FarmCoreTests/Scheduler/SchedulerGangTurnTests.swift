import FarmCore
import Testing

/// Whose turn it is between wide and narrow tasks.
@Suite struct SchedulerGangTurnTests {
    let farm = TestFarm()

    /// A pool of two with a narrow task on rank 0.
    private func busyPool(_ change: (inout TaskPolicy) -> Void = { _ in }) -> (TaskID, [EngineHandle]) {
        let pool = farm.pool(2)
        let task = TaskID(
            farm.job(
                .tasks(1) {
                    $0.targets = ["p1r0"]
                    change(&$0)
                }), 0)
        #expect(farm.out[task]?.engine == pool[0])
        return (task, pool)
    }

    @Test func `C57 narrow tasks behind a wide one do not take the ranks that it waits for`() {
        let (busy, pool) = busyPool()
        let wide = TaskID(farm.job(.gang(2)), 0)
        let narrow = farm.job(.tasks(5))
        #expect(farm.ranks[wide] == nil)
        #expect(farm.out.count == 1, "rank 1 is kept free")
        farm.end(busy)
        #expect(farm.engines(of: wide) == pool)
        farm.endGang(wide)
        #expect(farm.out.keys.allSatisfy { $0.job == narrow } && farm.out.count == 2)
    }

    @Test func `C57 what ends before a wide task could begin goes to the ranks kept for it`() {
        let (busy, pool) = busyPool { $0.timeoutNanoseconds = .seconds(60) }
        let wide = TaskID(farm.job(.gang(2)), 0)
        let long = farm.job(.tasks(1) { $0.estimateNanoseconds = .seconds(61) })
        let unknown = farm.job(.tasks(1))
        #expect(farm.out.count == 1)
        let short = farm.job(.tasks(1) { $0.estimateNanoseconds = .seconds(59) })
        #expect(farm.out[TaskID(short, 0)]?.engine == pool[1])
        farm.end(TaskID(short, 0))
        #expect(farm.out[TaskID(long, 0)] == nil && farm.out[TaskID(unknown, 0)] == nil)
        farm.end(busy)
        #expect(farm.ranks[wide]?.count == 2)
    }

    @Test func `C57 where no end can be told nothing is sent before a wide task`() {
        _ = busyPool()
        _ = farm.job(.gang(2))
        _ = farm.job(.tasks(1) { $0.estimateNanoseconds = 1 })
        #expect(farm.out.count == 1)
    }

    @Test func `C57 a wide task is not starved by an owner with narrow ones without end`() {
        let pool = farm.pool(2)
        let narrow = farm.job(.tasks(1_000), owner: "a")
        let wide = TaskID(farm.job(.gang(2), owner: "b"), 0)
        var ended = 0
        while farm.ranks[wide] == nil, ended < 20 {
            guard let task = farm.out.keys.min() else { break }
            farm.end(task)
            ended += 1
        }
        #expect(farm.engines(of: wide) == pool)
        #expect(ended <= 3)
        #expect(farm.counts(narrow).ready > 990)
    }

    @Test func `C57 narrow tasks are not starved by an owner with wide ones without end`() {
        _ = farm.pool(2)
        let wide = farm.job(.gang(2, count: 100), owner: "a")
        let narrow = farm.job(.tasks(100), owner: "b")
        for _ in 0..<60 {
            if let gang = farm.ranks.first(where: { !$0.value.isEmpty })?.key { farm.endGang(gang) }
            for task in farm.out.keys.sorted() { farm.end(task) }
        }
        let (wideEnds, narrowEnds) = (farm.counts(wide).succeeded, farm.counts(narrow).succeeded)
        // Each wide task takes what two narrow ones do, and each owner has half.
        #expect(wideEnds > 10 && narrowEnds > 10)
        #expect(abs(2 * wideEnds - narrowEnds) < 20, "\(wideEnds) wide, \(narrowEnds) narrow")
    }

    @Test func `what waits on ranks that are kept free is called back`() {
        let pool = farm.pool(2)
        // Short tasks are sent ahead.
        let first = farm.job(.tasks(400), owner: "a")
        for _ in 0..<6 { farm.end(farm.out.keys.min()!, took: .milliseconds(2)) }
        #expect(farm.out.count > 4)
        let wide = TaskID(farm.job(.gang(2, priority: 1), owner: "b"), 0)
        let called = farm.controls.compactMap { control -> DispatchName? in
            if case .recall(_, let name) = control { name } else { nil }
        }
        #expect(called.count >= farm.out.count - 2)
        for name in called {
            guard let one = farm.out.removeValue(forKey: name.task) else { continue }
            farm.handle(.recalled(one.engine, name, givenBack: true))
        }
        farm.turn()
        for task in farm.out.keys.sorted() { farm.end(task, took: .milliseconds(2)) }
        #expect(farm.engines(of: wide) == pool)
        #expect(farm.counts(first).unfinished > 300)
    }

    @Test(arguments: [nil, 0, 3] as [UInt32?])
    func `nothing is sent to wait behind a rank, whatever the mark`(_ hwm: UInt32?) {
        let farm = TestFarm(hwm: hwm)
        _ = farm.pool(2)
        let first = farm.job(.tasks(6))
        for _ in 0..<6 { farm.end(farm.out.keys.min()!, took: .milliseconds(2)) }
        let wide = TaskID(farm.job(.gang(2)), 0)
        #expect(farm.ranks[wide]?.count == 2 && farm.counts(first).succeeded == 6)
        _ = farm.job(.tasks(9) { $0.estimateNanoseconds = .milliseconds(2) })
        #expect(farm.out.isEmpty)
        farm.endRank(wide, 0)
        #expect(!farm.out.isEmpty)
        farm.endGang(wide)
    }

    @Test func `why tells of the pool, its free ranks, and until when they are kept`() {
        let (_, _) = busyPool { $0.timeoutNanoseconds = .seconds(60) }
        let wide = TaskID(farm.job(.gang(2)), 0)
        guard case .waitsForRanks(_, let chances)? = farm.scheduler.why(wide), let chance = chances.first
        else { return #expect(Bool(false), "\(String(describing: farm.scheduler.why(wide)))") }
        #expect(chance.size == 2 && chance.here == 2 && chance.needed == 2 && chance.free == 1)
        #expect(chance.keptFor == wide && chance.kept == 2)
        #expect(chance.keptUntil == farm.now + .seconds(60))
        let larger = TaskID(farm.job(.gang(3)), 0)
        guard case .noPoolCan(let others)? = farm.scheduler.why(larger) else {
            return #expect(Bool(false), "\(String(describing: farm.scheduler.why(larger)))")
        }
        #expect(others.map(\.isTooSmall) == [true])
    }

    @Test func `why names the ranks that have not ended`() {
        let pool = farm.pool(3)
        let task = TaskID(farm.job(.gang(0)), 0)
        farm.endRank(task, 1)
        let left = [pool[0], pool[2]].map { engine in
            farm.scheduler.engineSummaries[Int(engine.slot)].id
        }
        #expect(farm.scheduler.why(task) == .atRanks(left, of: 3, attempt: 1))
    }

    @Test func `why says that the farm has not enough of a limit for all ranks of any pool`() {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 4)]
        let farm = TestFarm(settings)
        _ = farm.pool(2)
        let task = TaskID(farm.job(.gang(0) { $0.needs.named = [NamedAmount("license", 3)] }), 0)
        guard case .noPoolCan? = farm.scheduler.why(task) else {
            return #expect(Bool(false), "\(String(describing: farm.scheduler.why(task)))")
        }
    }

    @Test func `C57 a limit is kept for all ranks of a gang, against those who need little of it elsewhere`() {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 4)]
        settings.highWaterMark = 1
        let farm = TestFarm(settings)
        _ = farm.pool(2)
        _ = farm.engine("elsewhere", slots: 4, session: 77)
        let narrow = farm.job(
            .tasks(60) {
                $0.needs.named = [NamedAmount("license", 1)]
                $0.targets = ["elsewhere"]
            }, owner: "narrow")
        let wide = TaskID(
            farm.job(.gang(2) { $0.needs.named = [NamedAmount("license", 2)] }, owner: "wide"), 0)
        // The first that comes free was kept for another.
        for _ in 0..<5 {
            guard let next = farm.out.keys.min() else { break }
            farm.end(next)
        }
        #expect(farm.ranks[wide]?.count == 2)
        #expect(farm.counts(narrow).assigned == 0)
    }

    @Test func `C57 ranks are kept for a gang that waits for a limit`() {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 2)]
        settings.highWaterMark = 1
        let farm = TestFarm(settings)
        _ = farm.pool(2)
        func licensed(_ policy: inout TaskPolicy) { policy.needs.named = [NamedAmount("license", 1)] }
        let first = farm.job(.tasks(2, change: licensed))
        let wide = TaskID(farm.job(.gang(2, change: licensed)), 0)
        let later = farm.job(.tasks(20, change: licensed))
        farm.end(TaskID(first, 0))
        #expect(farm.counts(later).assigned == 0, "the license is for who waits for two")
        farm.end(TaskID(first, 1))
        #expect(farm.ranks[wide]?.count == 2)
    }
}
