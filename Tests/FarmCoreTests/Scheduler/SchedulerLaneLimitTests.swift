import FarmCore
import Testing

/// How many lanes an engine may have.
@Suite struct SchedulerLaneLimitTests {
    private func farm(_ most: Int) -> TestFarm {
        var settings = SchedulerSettings()
        settings.maximumLanes = most
        let farm = TestFarm(settings)
        _ = farm.engine("a")
        _ = farm.engine("b", session: 101)
        return farm
    }

    private func inLane(_ lane: String, of engine: String = "a") -> GroupSpec {
        .tasks(targets: [engine]) { $0.lane = lane }
    }

    @Test func `one lane more than an engine may have is refused, and there is room when jobs have ended`() {
        let farm = farm(2)
        let first = farm.job(inLane("x"))
        _ = farm.job(inLane("y"))
        #expect(farm.submit([inLane("z")]) == .refused(.limit))
        _ = farm.job(inLane("x"), inLane("y"))
        _ = farm.job(inLane("z", of: "b"))
        #expect(farm.scheduler.engineSummaries.map(\.lanes.count) == [2, 1])
        farm.end(TaskID(first, 0))
        #expect(farm.submit([inLane("z")]) == .refused(.limit), "another job has tasks in both")
        farm.end(TaskID(JobID(3), 0))
        #expect(farm.submit([inLane("z")]) == .accepted(JobID(5), tasks: 1))
    }

    @Test func `a submission that asks for too many is refused whole`() {
        let farm = farm(3)
        let many = ["w", "x", "x", "y", "z"].map { inLane($0) }
        #expect(farm.submit(many) == .refused(.limit))
        #expect(farm.out.isEmpty && farm.scheduler.usage.lanes == 0)
        _ = farm.job(inLane("w"), inLane("x"), inLane("x"), inLane("y"))
        #expect(farm.submit([inLane("0", of: "0"), inLane("w")]) == .refused(.limit), "by its number, too")
    }

    @Test func `a lane is free for others when all of its tasks have ended, though their job goes on`() {
        let farm = farm(2)
        let key = farm.key()
        guard
            case .accepted(let job, _) = farm.submit([inLane("0")], key: key, isLast: false, streaming: true)
        else {
            Issue.record("the stream was refused")
            return
        }
        // Each part of the stream has another lane, and closes the group before.
        for part in 1..<6 as Range<UInt32> {
            farm.end(TaskID(job, part - 1), part == 3 ? .failed : .succeeded)
            let answer = farm.submit([inLane("\(part)")], key: key, part: part, isLast: false)
            #expect(answer == .accepted(job, tasks: part + 1))
            #expect(farm.scheduler.usage.lanes == 1 && farm.out.count == 1)
        }
    }

    @Test func `what was accepted is taken back after a restart with a lower limit`() {
        var settings = SchedulerSettings()
        settings.maximumLanes = 1
        let farm = TestFarm(settings, epoch: 2)
        let key = UniqueKey(high: 2, low: 2)
        let part = SubmissionPart(
            key: UniqueKey(high: 1, low: 1), part: 0, isLast: true, header: JobHeader(), templates: [[]],
            groups: [inLane("x"), inLane("y")])
        farm.recover(.fact(.engineJoined(EngineID(0), EngineInfo(key: key, name: "a"))))
        farm.recover(
            .submission(
                part, blocks: [.none, .none], job: JobID(1), owner: "me", priorityCap: 9, at: farm.now))
        farm.recovered()
        _ = farm.engine("a", key: key)
        #expect(farm.out.count == 2)
        #expect(farm.submit([inLane("z")]) == .refused(.limit))
    }
}
