import FarmCore
import Testing

@Suite struct SchedulerSubmissionTests {
    @Test func `C1 ids rise in submission order, in a job and from job to job`() {
        let farm = TestFarm()
        let first = farm.job(.tasks(2), .tasks(3))
        let second = farm.job(.tasks(1))
        #expect(TaskID(first, 4) < TaskID(second, 0))
        #expect(farm.counts(first).total == 5)
        let engine = farm.engine(slots: 10)
        #expect(
            Set(farm.sent.map(\.name.task)) == Set((0..<5).map { TaskID(first, $0) } + [TaskID(second, 0)]))
        #expect(farm.sent.map(\.name.task).filter { $0.job == first } == (0..<5).map { TaskID(first, $0) })
        #expect(farm.sent.allSatisfy { $0.engine == engine })
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var groups: [GroupSpec]
        var code: SubmissionRefusal.Code
        var streaming = false
    }

    @Test(arguments: [
        Bad(
            testDescription: "unknown template", groups: [GroupSpec(template: 9, count: 1)],
            code: .badSubmission),
        Bad(
            testDescription: "payloads that do not fit the count",
            groups: [GroupSpec(template: 0, count: 2, payloads: PayloadBlock(bytes: [1], ends: [1]))],
            code: .badSubmission),
        Bad(testDescription: "itself", groups: [.tasks(after: Dependency([.group(0)]))], code: .cycle),
        Bad(
            testDescription: "a circle of three",
            groups: [
                .tasks(after: Dependency([.group(2)])), .tasks(after: Dependency([.group(0)])),
                .tasks(after: Dependency([.group(1)])),
            ], code: .cycle),
        Bad(
            testDescription: "unknown group", groups: [.tasks(after: Dependency([.group(5)]))],
            code: .unknownDependency),
        Bad(
            testDescription: "unknown task",
            groups: [.tasks(after: Dependency([.task(TaskID(JobID(1), 44))]))], code: .unknownDependency),
        Bad(
            testDescription: "unknown job", groups: [.tasks(after: Dependency([.job(JobID(77))]))],
            code: .unknownDependency),
        Bad(testDescription: "no source", groups: [.tasks(after: Dependency([]))], code: .badSubmission),
        Bad(
            testDescription: "a group that is not there yet, in a stream",
            groups: [.tasks(after: Dependency([.group(1)])), .tasks()], code: .unknownDependency,
            streaming: true),
        Bad(
            testDescription: "a continuation of nothing",
            groups: [GroupSpec(template: 0, count: 1, isContinuation: true)], code: .badSubmission,
            streaming: true),
    ])
    func `C2 what is wrong is refused whole, and nothing of it is queued`(_ bad: Bad) {
        let farm = TestFarm()
        let known = farm.job(.tasks(1))
        let good = GroupSpec.tasks(3)
        // A good neighbour behind the bad group must not slip in.
        let answer = farm.submit(bad.groups + [good], streaming: bad.streaming)
        #expect(answer == .refused(bad.code))
        #expect(farm.scheduler.counts.total == 1)
        #expect(farm.scheduler.jobSummaries.map(\.id) == [known])
        _ = farm.engine(slots: 50)
        #expect(farm.sent.map(\.name.task) == [TaskID(known, 0)])
    }

    @Test func `C2 a later part that is wrong makes the whole sealed submission one that was never there`() {
        let farm = TestFarm()
        let key = farm.key()
        _ = farm.submit([.tasks(2)], key: key, isLast: false)
        #expect(
            farm.submit([.tasks(after: Dependency([.group(9)]))], key: key, part: 1)
                == .refused(.unknownDependency))
        #expect(farm.scheduler.jobSummaries.isEmpty)
        _ = farm.engine()
        #expect(farm.sent.isEmpty)
    }

    @Test func `C2 a job cannot wait for itself through its own number`() {
        let farm = TestFarm()
        let key = farm.key()
        guard case .accepted(let job, _) = farm.submit([.tasks(2)], key: key, isLast: false, streaming: true)
        else {
            Issue.record("refused")
            return
        }
        let answer = farm.submit([.tasks(after: Dependency([.job(job)]))], key: key, part: 1, streaming: true)
        #expect(answer == .refused(.cycle))
    }

    @Test func `C3 with no engines tasks wait, and run when one registers`() {
        let farm = TestFarm()
        let job = farm.job(.tasks(2))
        farm.wait(.seconds(3600))
        #expect(farm.counts(job).ready == 2)
        #expect(farm.scheduler.why(TaskID(job, 0)) == .noEngines)
        _ = farm.engine(slots: 2)
        #expect(farm.out.count == 2)
    }

    @Test func `C4 the same key sent twice makes one job`() {
        let farm = TestFarm()
        let key = farm.key()
        let first = farm.submit([.tasks(3)], key: key)
        #expect(farm.submit([.tasks(3)], key: key) == first)
        #expect(farm.scheduler.jobSummaries.count == 1)
        #expect(farm.scheduler.counts.total == 3)
    }

    @Test func `C4 a part of a stream sent twice is in it once`() {
        let farm = TestFarm()
        let key = farm.key()
        _ = farm.submit([.tasks(3)], key: key, isLast: false, streaming: true)
        let more = [GroupSpec(template: 0, count: 2, isContinuation: true)]
        #expect(farm.submit(more, key: key, part: 1) == farm.submit(more, key: key, part: 1))
        #expect(farm.scheduler.counts.total == 5)
    }

    @Test func `C4 a sealed submission cut off before its last part queues nothing`() {
        let farm = TestFarm()
        farm.alive = [farm.engine(slots: 8)]
        let key = farm.key()
        guard case .accepted(let job, let tasks) = farm.submit([.tasks(4)], key: key, isLast: false) else {
            Issue.record("refused")
            return
        }
        #expect(tasks == 0)
        farm.wait(.seconds(60))
        #expect(farm.sent.isEmpty && farm.counts(job).total == 0)
        // With its end it is whole, and its parts may wait for groups of later ones.
        _ = farm.submit([.tasks(1)], key: key, part: 1)
        #expect(farm.sent.count == 5)
    }

    @Test func `a group of an early part may wait for one of a later part`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 8)
        let key = farm.key()
        _ = farm.submit([.tasks(2, after: Dependency([.group(1)]))], key: key, isLast: false)
        guard case .accepted(let job, let tasks) = farm.submit([.tasks(1)], key: key, part: 1) else {
            Issue.record("refused")
            return
        }
        #expect(tasks == 3)
        #expect(farm.out.keys.sorted() == [TaskID(job, 2)])
        farm.end(TaskID(job, 2))
        #expect(farm.out.keys.sorted() == [TaskID(job, 0), TaskID(job, 1)])
    }

    @Test func `a continuation in the part that begins its group shares what the group waits for`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 8)
        let more = GroupSpec(template: 0, count: 2, isContinuation: true)
        let job = farm.job(.tasks(1), .tasks(1, after: Dependency([.group(0)])), more, streaming: true)
        #expect(farm.counts(job).total == 4 && farm.counts(job).waiting == 3)
        farm.end(TaskID(job, 0))
        #expect(farm.out.count == 3)
    }
}
