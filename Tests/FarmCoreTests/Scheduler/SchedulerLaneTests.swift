import FarmCore
import Testing

/// Serial queues on engines.
@Suite struct SchedulerLaneTests {
    private func inLane(
        _ count: UInt32 = 1, _ lane: String = "namespace", of engine: String = "0",
        change: (inout TaskPolicy) -> Void = { _ in }
    ) -> GroupSpec {
        .tasks(count, targets: [engine]) {
            $0.lane = lane
            change(&$0)
        }
    }

    private func ids(_ farm: TestFarm) -> [TaskID] { farm.out.keys.sorted() }

    @Test func `C53 tasks of a lane run one at a time, in the order in which they were submitted`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 4)
        let first = farm.job(inLane(3))
        let second = farm.job(inLane(1))
        var order: [TaskID] = []
        while let next = ids(farm).first {
            #expect(farm.out.count == 1, "one at a time")
            order.append(next)
            farm.end(next)
        }
        #expect(order == [TaskID(first, 0), TaskID(first, 1), TaskID(first, 2), TaskID(second, 0)])
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C53 lanes wait neither for slots nor for other lanes nor for other engines`() {
        let farm = TestFarm(hwm: 1)
        _ = farm.engine("a")
        _ = farm.engine("b", session: 101)
        let ordinary = farm.job(.tasks(5))
        #expect(farm.out.count == 2, "both slots are taken")
        let lanes = farm.job(
            inLane(2, "x"), inLane(2, "y"), inLane(2, "x", of: "b"))
        #expect(
            ids(farm).filter { $0.job == lanes } == [TaskID(lanes, 0), TaskID(lanes, 2), TaskID(lanes, 4)])
        // Their ends let no ordinary task in, for they took no slot.
        farm.end(TaskID(lanes, 0))
        #expect(ids(farm).filter { $0.job == ordinary }.count == 2)
    }

    @Test(arguments: [TaskState.failed, .cancelled, .expired])
    func `C53 an end that is not well clears what is queued behind it, and nothing that comes later`(
        state: TaskState
    ) {
        let farm = TestFarm()
        _ = farm.engine()
        let first = farm.job(inLane(4) { if state == .expired { $0.deadline = .after(.seconds(5)) } })
        let second = farm.job(inLane(2))
        let root = TaskID(first, 0)
        switch state {
        case .cancelled:
            _ = farm.cancel(TaskRange(first: root, count: 1))
            farm.end(root, .cancelled, cause: .cancelled)
        case .expired:
            farm.pass(.seconds(6))
            farm.turn()
            farm.end(root, .cancelled, cause: .cancelled)
        default: farm.end(root, .failed)
        }
        #expect(farm.state(root) == state)
        #expect(farm.out.isEmpty)
        for task in [TaskID(second, 0), TaskID(second, 1)] {
            #expect(farm.state(task) == .cancelled)
            #expect(farm.entry(task)?.cause == .queueCleared)
            #expect(farm.entry(task)?.root.job == first)
        }
        #expect(farm.entry(TaskID(second, 0))?.count == 2, "one record for both")
        if state != .expired { #expect(farm.entry(TaskID(second, 1))?.root == root) }
        let later = farm.job(inLane(1))
        #expect(ids(farm) == [TaskID(later, 0)])
        farm.end(TaskID(later, 0))
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C53 a cancel of a queued task takes out that one only`() {
        let farm = TestFarm()
        _ = farm.engine()
        let job = farm.job(inLane(3))
        #expect(farm.cancel(TaskRange(first: TaskID(job, 1), count: 1)).cancelled == 1)
        farm.end(TaskID(job, 0))
        #expect(ids(farm) == [TaskID(job, 2)])
    }

    @Test func `C53 a task of a lane that its engine loses is not sent again, and clears the queue`() {
        let farm = TestFarm()
        _ = farm.engine("gone", key: UniqueKey(high: 9, low: 9))
        _ = farm.engine("other", session: 101)
        let job = farm.job(inLane(3))
        farm.handle(.engineDisconnected(farm.out[TaskID(job, 0)]!.engine, SessionID(100)))
        farm.wait(.seconds(1))
        #expect(farm.state(TaskID(job, 0)) == .failed)
        #expect(farm.entry(TaskID(job, 0))?.cause == .engineLost)
        #expect(farm.counts(job).cancelled == 2)
        #expect(farm.sent.count == 1)
        // It may come back: what is queued now waits for it.
        let later = farm.job(inLane(1))
        #expect(farm.state(TaskID(later, 0)) == .ready)
        _ = farm.engine("gone", key: UniqueKey(high: 9, low: 9), session: 102)
        #expect(farm.out[TaskID(later, 0)] != nil)
    }

    @Test func `C53 what waits for an engine that is gone for good is cleared`() {
        let farm = TestFarm()
        let engine = farm.engine()
        let job = farm.job(inLane(3))
        farm.end(TaskID(job, 0))
        farm.handle(.engineBye(engine))
        farm.turn()
        #expect(farm.entry(TaskID(job, 1))?.cause == .engineLost, "it may have begun")
        #expect(farm.entry(TaskID(job, 2))?.cause == .queueCleared)
        #expect(farm.scheduler.usage.isEmpty)
        #expect(farm.submit([inLane(1)]) == .refused(.badSubmission))
    }

    @Test func `C53 a draining engine's lanes take nothing, a quarantined one's do`() {
        let farm = TestFarm()
        let engine = farm.engine()
        farm.handle(.drain(EngineID(0), now: false))
        farm.turn()
        let job = farm.job(inLane(1))
        #expect(farm.out.isEmpty)
        guard case .inLane(let place)? = farm.scheduler.why(TaskID(job, 0)) else {
            Issue.record("it is in a lane")
            return
        }
        #expect(place.obstacle == "the engine is draining" && place.place == 1 && place.front == nil)
        farm.handle(.engineBye(engine))
        farm.turn()
        #expect(farm.entry(TaskID(job, 0))?.cause == .queueCleared)
    }

    @Test func `C53 a paused job holds its lane, and whoever is behind it is told so`() {
        let farm = TestFarm()
        _ = farm.engine("e2")
        let first = farm.job(inLane(2))
        let second = farm.job(inLane(1))
        farm.handle(.pause(first, true))
        farm.end(TaskID(first, 0))
        #expect(farm.out.isEmpty)
        #expect(farm.scheduler.why(TaskID(first, 1)) == .paused(first))
        guard case .inLane(let place)? = farm.scheduler.why(TaskID(second, 0)) else {
            Issue.record("it is in a lane")
            return
        }
        #expect(place.obstacle == "job \(first) is paused" && place.front == TaskID(first, 1))
        #expect(place.place == 2 && place.engineName == "e2")
        farm.handle(.pause(first, false))
        farm.turn()
        #expect(ids(farm) == [TaskID(first, 1)])
    }

    @Test func `C53 why says the place in the lane, and summaries what queues`() {
        let farm = TestFarm()
        _ = farm.engine()
        let job = farm.job(inLane(2), inLane(4))
        guard case .inLane(let place)? = farm.scheduler.why(TaskID(job, 4)) else {
            Issue.record("it is in a lane")
            return
        }
        #expect(place.place == 5 && place.front == TaskID(job, 0) && place.frontIsOut)
        let summary = farm.scheduler.engineSummaries[0].lanes
        #expect(summary.map(\.name) == ["namespace"])
        #expect(summary.map(\.running) == [1] && summary.map(\.queued) == [5])
    }

    @Test func `C53 clearing by hand ends what is queued, not what runs`() {
        let farm = TestFarm()
        _ = farm.engine()
        let job = farm.job(inLane(3, "x"), inLane(3, "y"))
        #expect(farm.clearLanes(EngineID(0), "x") == 2)
        #expect(ids(farm) == [TaskID(job, 0), TaskID(job, 3)])
        #expect(farm.entry(TaskID(job, 1))?.cause == .queueCleared)
        #expect(farm.clearLanes(EngineID(0), nil) == 2)
        #expect(farm.clearLanes(EngineID(7), nil) == nil)
        farm.end(TaskID(job, 0))
        farm.end(TaskID(job, 3))
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `an interrupt goes to the engines of what is out, and says what it did not reach`() {
        let farm = TestFarm()
        let engine = farm.engine()
        let job = farm.job(inLane(3))
        farm.end(TaskID(job, 0))
        let name = farm.out[TaskID(job, 1)]!.name
        #expect(farm.interrupt(TaskRange(job: job)).interrupted == 0, "nobody has said that it runs")
        farm.handle(.started(engine, name))
        let report = farm.interrupt(TaskRange(first: TaskID(job, 0), count: 5))
        #expect(report.interrupted == 1 && report.notRunning == 1)
        #expect(report.alreadyEnded == 1 && report.unknown == 2)
        #expect(farm.controls.contains(.interrupt(engine, name)))
        #expect(farm.state(TaskID(job, 1)) == .running, "it ends as it ends")
    }

    @Test func `C53 nothing of a lane is sent before its submission is safe`() {
        let farm = TestFarm()
        farm.securesLanes = false
        _ = farm.engine()
        let job = farm.job(inLane(2))
        #expect(farm.out.isEmpty)
        #expect(farm.controls.contains(.laneJobAccepted(job, tasks: 2)))
        farm.handle(.laneJobRecorded(job, tasks: 2))
        farm.turn()
        #expect(ids(farm) == [TaskID(job, 0)])
    }

    @Test func `C53 what is given back unbegun goes before what is behind it`() {
        let farm = TestFarm()
        let engine = farm.engine()
        let job = farm.job(inLane(2))
        farm.handle(.recalled(engine, farm.out[TaskID(job, 0)]!.name, givenBack: true))
        farm.turn()
        #expect(farm.sent.map(\.name.task) == [TaskID(job, 0), TaskID(job, 0)])
        #expect(farm.counts(job).ready == 1)
    }

    @Test func `C53 a queued task of a lane that comes too late clears what is behind it`() {
        let farm = TestFarm()
        let engine = farm.engine()
        let first = farm.job(inLane(1))
        let late = farm.job(inLane(2) { $0.startWithinNanoseconds = .seconds(2) })
        let behind = farm.job(inLane(1))
        farm.alive = [engine]
        farm.wait(.seconds(3))
        #expect(farm.entry(TaskID(late, 1))?.cause == .startWithin)
        #expect(farm.entry(TaskID(behind, 0))?.root == TaskID(late, 0))
        #expect(ids(farm) == [TaskID(first, 0)])
    }
}
