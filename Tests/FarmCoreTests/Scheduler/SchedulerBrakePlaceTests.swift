import FarmCore
import Testing

/// What brakes hold back, and in which order it comes back.
@Suite struct SchedulerBrakePlaceTests {
    @Test func `tasks to be tried again do not wait behind those that canaries hold back`() {
        let farm = TestFarm()
        farm.alive = [farm.engine(slots: 4)]
        let retry = RetryPolicy(failure: 1, delayNanoseconds: .seconds(1))
        let job = farm.job(.tasks(4, retry: retry) { $0.brake = Brake(maxRunning: 1, canary: 2) })
        farm.end(TaskID(job, 0), .failed)
        farm.end(TaskID(job, 1), .failed)
        farm.wait(.seconds(2))
        farm.end(TaskID(job, 0), .failed)
        farm.end(TaskID(job, 1), .succeeded)
        farm.end(TaskID(job, 2), .succeeded)
        farm.end(TaskID(job, 3), .succeeded)
        #expect(farm.counts(job).succeeded == 3 && farm.counts(job).failed == 1)
    }

    @Test func `what its own brake holds back leaves its place under the job's brake to others`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 4)
        let part = SubmissionPart(
            key: farm.key(), part: 0, isLast: true,
            header: JobHeader(brake: Brake(maxRunning: 2)), templates: [[]],
            groups: [.tasks(3) { $0.brake = Brake(maxRunning: 1) }, .tasks(3)])
        farm.handle(
            .submit(SessionID(1), part, blocks: [.none, .none], owner: "me", priorityCap: .max))
        farm.turn()
        #expect(farm.out.keys.sorted() == [TaskID(JobID(1), 0), TaskID(JobID(1), 3)])
        farm.end(TaskID(JobID(1), 3))
        #expect(farm.out.keys.sorted() == [TaskID(JobID(1), 0), TaskID(JobID(1), 4)])
        farm.end(TaskID(JobID(1), 0))
        #expect(farm.out.keys.sorted() == [TaskID(JobID(1), 1), TaskID(JobID(1), 4)])
    }

    /// Found by seed 6341 of the simulator.
    @Test func `what was let go and expired unsent leaves its place to the next`() {
        let farm = TestFarm()
        let engine = farm.engine(slots: 4)
        let late = GroupSpec.tasks { $0.deadline = .after(.seconds(5)) }
        let job = farm.job(brake: Brake(maxRunning: 1), .tasks(), late, .tasks())
        #expect(farm.out.keys.sorted() == [TaskID(job, 0)])
        farm.end(TaskID(job, 0), turn: false)
        farm.handle(.engineBye(engine))
        farm.wait(.seconds(6))
        #expect(farm.entry(TaskID(job, 1))?.state == .expired)
        _ = farm.engine("next")
        #expect(farm.out.keys.sorted() == [TaskID(job, 2)])
    }
}
