import FarmCore
import Testing

/// Dependencies on tasks that were done again.
@Suite struct SchedulerSupersedingTests {
    private let farm = TestFarm()

    /// Submits a job that does these points of another again.
    private func again(_ root: JobID, _ points: [UInt32]...) -> JobID {
        let groups = points.map { points in
            var spec = GroupSpec.tasks(UInt32(points.count))
            spec.points = points
            return spec
        }
        guard case .accepted(let job, _) = farm.submit(groups, supersedes: root) else {
            Issue.record("the retry was refused")
            return JobID(0)
        }
        return job
    }

    @Test func `a dependency on a job means the newest task of each of its points`() {
        _ = farm.engine(slots: 16)
        let old = farm.job(.tasks(2), .tasks(3))
        for index in [0, 2, 3] as [UInt32] { farm.end(TaskID(old, index), .failed) }
        farm.end(TaskID(old, 1))
        let blind = farm.job(.tasks(1, after: Dependency([.job(old)])))
        #expect(farm.state(TaskID(blind, 0)) == .impossible, "nothing was done again by then")
        let new = again(old, [0], [2, 3])
        #expect(farm.scheduler.newest(of: TaskID(old, 3)) == TaskID(new, 2))
        #expect(farm.scheduler.newest(of: TaskID(old, 4)) == TaskID(old, 4))
        let all = TaskID(farm.job(.tasks(1, after: Dependency([.job(old)]))), 0)
        let one = TaskID(farm.job(.tasks(1, after: Dependency([.task(TaskID(old, 2))]))), 0)
        let some = TaskID(
            farm.job(.tasks(1, after: Dependency([.job(old)], quorum: .atLeast(3)))), 0)
        let bad = TaskID(
            farm.job(.tasks(1, after: Dependency([.job(old)], quorum: .any, when: .failed))), 0)
        #expect([all, one, some, bad].allSatisfy { farm.state($0) == .waiting })
        farm.end(TaskID(new, 1))
        #expect(farm.state(one) == .running || farm.out[one] != nil)
        #expect(farm.out[some] == nil)
        farm.end(TaskID(new, 0))
        #expect(farm.out[some] != nil && farm.out[all] == nil)
        farm.end(TaskID(new, 2))
        farm.end(TaskID(old, 4))
        #expect(farm.out[all] != nil)
        #expect(farm.state(bad) == .impossible, "of the newest none failed")
    }

    @Test func `a group without points can go on with the array of one before it`() {
        _ = farm.engine(slots: 16)
        var rest = GroupSpec.tasks(2)
        rest.pointBase = 3
        let job = farm.job(.tasks(3), rest)
        #expect((0..<5).map { farm.scheduler.position(of: TaskID(job, $0))?.index } == [0, 1, 2, 3, 4])
        // It does nobody's tasks again.
        #expect(farm.scheduler.position(of: TaskID(job, 4))?.point == nil)
        #expect(farm.scheduler.points(of: job, in: 0..<5).isEmpty)
        #expect(farm.scheduler.groupSpecs(of: job).map(\.pointBase) == [0, 3])
    }

    @Test func `what fails again is what its dependents name`() {
        _ = farm.engine(slots: 16)
        let old = farm.job(.tasks(1))
        farm.end(TaskID(old, 0), .failed)
        let new = again(old, [0])
        let dependent = TaskID(farm.job(.tasks(1, after: Dependency([.job(old)]))), 0)
        farm.end(TaskID(new, 0), .failed)
        #expect(farm.state(dependent) == .impossible && farm.entry(dependent)?.root == TaskID(new, 0))
        // And who names the retry means what was made of it.
        let newest = again(old, [0])
        let late = TaskID(farm.job(.tasks(1, after: Dependency([.job(new)]))), 0)
        #expect(farm.state(late) == .waiting)
        farm.end(TaskID(newest, 0))
        #expect(farm.out[late] != nil)
    }

    @Test func `what is waited for is not forgotten, and a retry that was counts no more`() {
        _ = farm.engine(slots: 16)
        let old = farm.job(.tasks(1))
        farm.end(TaskID(old, 0), .failed)
        let new = again(old, [0])
        let dependent = farm.job(.tasks(1, after: Dependency([.task(TaskID(old, 0))])))
        farm.end(TaskID(new, 0))
        var actions = SchedulerActions()
        #expect(farm.scheduler.purge(new, into: &actions) == .waitedFor(1))
        farm.end(TaskID(dependent, 0))
        #expect(farm.scheduler.purge(new, into: &actions) == nil)
        #expect(farm.scheduler.superseding(old) == [])
        #expect(farm.scheduler.newest(of: TaskID(old, 0)) == TaskID(old, 0))
    }

    @Test func `a restart resolves dependencies as they were resolved`() {
        var steps: [RecoveryStep] = []
        func submit(_ job: UInt32, _ group: GroupSpec, supersedes: UInt32? = nil) {
            let part = SubmissionPart(
                key: farm.key(), part: 0, isLast: true,
                header: JobHeader(supersedes: supersedes.map { JobID($0) }), templates: [[]], groups: [group])
            steps.append(
                .submission(
                    part, blocks: [.none], job: JobID(job), owner: "me", priorityCap: .max, at: farm.now))
        }
        func end(_ task: TaskID, _ state: TaskState) {
            steps.append(
                .outcome(
                    OutcomeEntry(
                        kind: .terminal, task: task, state: state, cause: .none, attempt: 1,
                        endedAt: farm.now)))
        }
        let task = TaskID(JobID(1), 0)
        submit(1, .tasks(1))
        end(task, .failed)
        submit(2, .tasks(1, after: Dependency([.task(task)])))
        var again = GroupSpec.tasks(1)
        again.points = [0]
        submit(3, again, supersedes: 1)
        submit(4, .tasks(1, after: Dependency([.job(JobID(1))])))
        submit(5, .tasks(1, after: Dependency([.task(task)])))
        end(TaskID(JobID(3), 0), .succeeded)
        for step in steps { farm.recover(step) }
        farm.recovered()
        #expect(farm.state(TaskID(JobID(2), 0)) == .impossible)
        _ = farm.engine(slots: 4)
        farm.wait(.seconds(60))
        #expect(farm.out[TaskID(JobID(4), 0)] != nil && farm.out[TaskID(JobID(5), 0)] != nil)
    }
}
