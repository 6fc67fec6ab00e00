import FarmCore
import Testing

/// What becomes of what waits in the lanes of an engine that is lost.
@Suite struct SchedulerLaneLossTests {
    private func inLane(_ count: UInt32 = 1, of engine: String = "0") -> GroupSpec {
        .tasks(count, targets: [engine]) { $0.lane = "namespace" }
    }

    @Test func `C53 what waits for an engine that was lost has lost it once that is known to be dead`() {
        let farm = TestFarm()
        let lost = farm.engine("gone", pid: 7)
        _ = farm.engine("other", session: 101)
        farm.handle(.engineDisconnected(lost, SessionID(100)))
        farm.wait(.seconds(1))
        let job = farm.job(inLane(2))
        let ordinary = farm.job(.tasks(1, targets: ["gone"]))
        #expect(farm.state(TaskID(job, 0)) == .ready, "it may come back")
        farm.handle(.engineDead(EngineID(0)))
        farm.turn()
        let entry = farm.entry(TaskID(job, 0))
        #expect(entry?.cause == .engineLost && entry?.state == .failed && entry?.engine == EngineID.none)
        #expect(farm.entry(TaskID(job, 1))?.cause == .queueCleared)
        #expect(farm.entry(TaskID(job, 1))?.root == TaskID(job, 0))
        // Another may take its place, for tasks; nobody has its lanes.
        #expect(farm.state(TaskID(ordinary, 0)) == .ready)
        let later = farm.job(inLane())
        #expect(farm.entry(TaskID(later, 0))?.cause == .engineLost, "at once")
        #expect(farm.scheduler.missingEngines.isEmpty)
    }

    /// When another of its name joins.
    enum Moment: CaseIterable { case beforeItIsMissed, beforeItIsLost, afterwards }

    @Test(arguments: Moment.allCases)
    func `C53 what waits for an engine that was lost has lost it when another of its name has joined`(
        _ moment: Moment
    ) {
        let farm = TestFarm()
        let lost = farm.engine("gone", pid: 7)
        if moment == .beforeItIsMissed { _ = farm.engine("gone", session: 101, pid: 8) }
        farm.handle(.engineDisconnected(lost, SessionID(100)))
        if moment == .beforeItIsLost { _ = farm.engine("gone", session: 101, pid: 8) }
        let job = farm.job(inLane())
        #expect(farm.state(TaskID(job, 0)) == .ready, "its connection may only have broken")
        farm.wait(.seconds(1))
        if moment == .afterwards {
            #expect(farm.state(TaskID(job, 0)) == .ready)
            _ = farm.engine("gone", session: 101, pid: 8)
            farm.turn()
        }
        #expect(farm.entry(TaskID(job, 0))?.cause == .engineLost)
        // Its name is the other's now.
        let later = farm.job(inLane(of: "gone"))
        #expect(farm.out[TaskID(later, 0)] != nil)
        #expect(farm.scheduler.engineSummaries.map(\.id) == [EngineID(1)])
    }

    @Test func `what waits for an engine that has taken its leave is cleared, and has lost nothing`() {
        let farm = TestFarm()
        let engine = farm.engine()
        farm.handle(.drain(EngineID(0), now: false))
        let job = farm.job(inLane(2))
        farm.handle(.engineBye(engine))
        farm.turn()
        #expect(farm.entry(TaskID(job, 0))?.cause == .queueCleared)
        #expect(farm.counts(job).cancelled == 2)
    }

    @Test func `what waits for an engine that stays away is lost with its ten minutes`() {
        let farm = TestFarm()
        let lost = farm.engine("gone", pid: 7)
        _ = farm.engine("other", session: 101)
        farm.handle(.engineDisconnected(lost, SessionID(100)))
        farm.wait(.seconds(1))
        let job = farm.job(inLane(2))
        farm.wait(.seconds(590))
        #expect(farm.state(TaskID(job, 0)) == .ready)
        farm.wait(.seconds(20))
        #expect(farm.entry(TaskID(job, 0))?.cause == .engineLost)
        #expect(farm.entry(TaskID(job, 1))?.cause == .queueCleared)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `an engine that comes back finds another of its name, and both are there`() {
        let farm = TestFarm()
        let key = UniqueKey(high: 9, low: 9)
        let first = farm.engine("twin", key: key, pid: 7)
        farm.handle(.engineDisconnected(first, SessionID(100)))
        _ = farm.engine("twin", session: 101, pid: 8)
        _ = farm.engine("twin", key: key, session: 102, pid: 7)
        farm.wait(.seconds(1))
        #expect(farm.scheduler.engineSummaries.map(\.id) == [EngineID(0), EngineID(1)])
        let job = farm.job(inLane())
        #expect(farm.out[TaskID(job, 0)] != nil)
    }
}
