import FarmCore
import Testing

/// Engines that launchers have pending: who may need one of them is not impossible.
@Suite struct SchedulerExpectedTests {
    @Test func `a task whose engine has left waits while one of that name or tag is pending`() {
        let farm = TestFarm()
        let old = farm.engine("gpu-1", tags: ["big"], session: 1)
        let first = farm.job(.tasks(1))
        let byTag = farm.job(.tasks(1, targets: ["big"]))
        let byName = farm.job(.tasks(1, targets: ["gpu-1"]))
        farm.handle(
            .enginesExpected([
                ExpectedEngines(count: 1, series: "slurm", tags: ["big"]),
                ExpectedEngines(count: 1, series: "gpu"),
            ]))
        farm.handle(.engineBye(old))
        farm.turn()
        #expect(farm.state(TaskID(byTag, 0)) == .ready && farm.state(TaskID(byName, 0)) == .ready)
        let new = farm.engine("slurm-0", tags: ["big"], session: 2)
        farm.end(TaskID(first, 0))
        #expect(farm.out[TaskID(byTag, 0)]?.engine == new)
        // The allocation that would have brought the other has failed.
        farm.handle(.enginesExpected([]))
        farm.turn()
        #expect(farm.entry(TaskID(byName, 0))?.state == .impossible)
        #expect(farm.entry(TaskID(byName, 0))?.cause == .noEngine)
    }

    @Test func `engines that none of the targets can be keep nobody waiting`() {
        let farm = TestFarm()
        let old = farm.engine("e0", session: 1)
        let first = farm.job(.tasks(1))
        let named = farm.job(.tasks(1, targets: ["e0"]))
        let follower = farm.job(.tasks(1) { $0.follow = Follow([.job(first)]) })
        farm.handle(.enginesExpected([ExpectedEngines(count: 4, series: "slurm", tags: ["big"])]))
        farm.end(TaskID(first, 0))
        farm.handle(.drain(EngineID(0), now: true))
        farm.handle(.engineBye(old))
        farm.turn()
        #expect(farm.entry(TaskID(named, 0))?.state == .impossible)
        #expect(farm.entry(TaskID(follower, 0))?.state == .impossible, "none of them has run the other")
    }

    @Test func `a check that has said no everywhere is tried on an engine that is pending`() {
        let farm = TestFarm()
        _ = farm.engine("e0", session: 1)
        farm.handle(.enginesExpected([ExpectedEngines(count: 1, series: "slurm")]))
        let job = farm.job(.tasks(1))
        farm.end(TaskID(job, 0), .failed, cause: .notHere)
        #expect(farm.state(TaskID(job, 0)) == .ready)
        let new = farm.engine("slurm-0", session: 2)
        #expect(farm.out[TaskID(job, 0)]?.engine == new)
    }
}

/// What waits for engines, for who starts some.
@Suite struct SchedulerBacklogTests {
    @Test func `it counts ready tasks by class, with what they are thought to take`() {
        let farm = TestFarm(hwm: 1)
        #expect(farm.scheduler.backlog(at: farm.now).isEmpty)
        _ = farm.job(.tasks(10) { $0.estimateNanoseconds = .seconds(60) })
        _ = farm.job(.tasks(3, cpus: 4), .tasks(2, after: Dependency([.group(0)])))
        let backlog = farm.scheduler.backlog(at: farm.now)
        #expect(backlog.map(\.tasks) == [10, 3], "what waits for others is not ready")
        #expect(backlog.map(\.nanoseconds) == [.seconds(600), 0], "of the others nobody knows")
        #expect(backlog.map(\.needs.cpus) == [1, 4])
    }

    @Test func `what has run tells of those that follow, and so does what runs and does not end`() {
        let farm = TestFarm(hwm: 1)
        let engine = farm.engine("e0", session: 1)
        farm.alive = [engine]
        let job = farm.job(.tasks(5))
        #expect(farm.scheduler.backlog(at: farm.now).map(\.nanoseconds) == [0])
        farm.wait(.seconds(30))
        #expect(farm.scheduler.backlog(at: farm.now).map(\.nanoseconds) == [4 * .seconds(30)])
        farm.end(TaskID(job, 0), took: .seconds(30))
        #expect(farm.scheduler.backlog(at: farm.now).map(\.tasks) == [3])
        #expect(farm.scheduler.backlog(at: farm.now).map(\.nanoseconds) == [3 * .seconds(30)])
    }

    @Test func `brakes and limits say how many can run at once, and what is paused does not count`() {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 4)]
        let farm = TestFarm(settings)
        _ = farm.job(brake: Brake(maxRunning: 3), .tasks(10), .tasks(10))
        _ = farm.job(.tasks(10) { $0.needs = Needs(named: [NamedAmount("license", 2)]) })
        let paused = farm.job(.tasks(10, cpus: 2))
        farm.handle(.pause(paused, true))
        farm.turn()
        let backlog = farm.scheduler.backlog(at: farm.now)
        #expect(backlog.map(\.tasks) == [20, 10])
        #expect(backlog.map(\.atOnce) == [3, 2])
        #expect(backlog.allSatisfy { $0.needs.named.isEmpty }, "a license is no engine's")
        farm.handle(.pause(nil, true))
        farm.turn()
        #expect(farm.scheduler.backlog(at: farm.now).isEmpty)
    }
}
