import FarmCore
import Testing

/// Tasks that were sent because others had ended, of which the ledger knows nothing after a restart.
@Suite struct SchedulerEarlyTaskTests {
    private let engineKey = UniqueKey(high: 2, low: 2)
    private let parent = TaskID(JobID(1), 0)
    private let child = TaskID(JobID(1), 1)

    /// The engine that ran the parent has its result still, and runs the child.
    private func restarted() -> (TestFarm, EngineHandle) {
        let farm = TestFarm(epoch: 2)
        let retry = RetryPolicy(failure: 1)
        let part = SubmissionPart(
            key: UniqueKey(high: 1, low: 1), part: 0, isLast: true, header: JobHeader(), templates: [[]],
            groups: [.tasks(1), .tasks(1, retry: retry, after: Dependency([.group(0)]))])
        farm.recover(
            .submission(
                part, blocks: [.none, .none], job: JobID(1), owner: "me", priorityCap: 9, at: farm.now))
        farm.recover(.fact(.engineJoined(EngineID(0), EngineInfo(key: engineKey, name: "e", slots: 2))))
        farm.recovered()
        let claims = [
            Claim(name: DispatchName(task: parent, attempt: 1, epoch: 1), phase: .finished),
            Claim(name: DispatchName(task: child, attempt: 1, epoch: 1), phase: .running),
        ]
        let engine = farm.engine("e", slots: 2, key: engineKey, claims: claims, session: 5)
        #expect(farm.state(child) == .running && farm.out.isEmpty)
        return (farm, engine)
    }

    private func end(_ task: TaskID, _ state: TaskState, at engine: EngineHandle, _ farm: TestFarm) {
        let name = DispatchName(task: task, attempt: 1, epoch: 1)
        farm.handle(.result(engine, hint: 0, AttemptReport(name: name, state: state), .none))
        farm.turn()
    }

    @Test func `C13 one that is to be tried again waits until what it depends on has ended again`() {
        let (farm, engine) = restarted()
        end(child, .failed, at: engine, farm)
        #expect(farm.out.isEmpty)
        guard case .dependencies? = farm.scheduler.why(child) else {
            Issue.record("\(String(describing: farm.scheduler.why(child)))")
            return
        }
        end(parent, .succeeded, at: engine, farm)
        #expect(farm.out[child]?.name.attempt == 2)
        farm.end(child)
        #expect(farm.entry(child)?.state == .succeeded && farm.scheduler.usage.isEmpty)
    }

    @Test func `C14 one that is to be tried again is impossible when what it depends on fails after all`() {
        let (farm, engine) = restarted()
        end(child, .failed, at: engine, farm)
        end(parent, .failed, at: engine, farm)
        #expect(farm.entry(child)?.state == .impossible && farm.entry(child)?.root == parent)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `one that runs on ends as it ends, whatever comes of what it depends on`() {
        let (farm, engine) = restarted()
        end(child, .succeeded, at: engine, farm)
        #expect(farm.entry(child)?.state == .succeeded)
        end(parent, .succeeded, at: engine, farm)
        #expect(farm.scheduler.usage.isEmpty && farm.out.isEmpty)
    }

    @Test func `C34 one that waits so can be cancelled`() {
        let (farm, engine) = restarted()
        end(child, .failed, at: engine, farm)
        _ = farm.cancel(TaskRange(first: child, count: 1))
        #expect(farm.entry(child)?.state == .cancelled)
        end(parent, .succeeded, at: engine, farm)
        #expect(farm.scheduler.usage.isEmpty && farm.out.isEmpty)
    }

    /// Found by seed 2019771 of the simulator.
    @Test func `one that is to be tried again waits for its dependencies though nothing else of its group does`() {
        let farm = TestFarm(epoch: 2)
        let retry = RetryPolicy(failure: 1)
        let part = SubmissionPart(
            key: UniqueKey(high: 1, low: 1), part: 0, isLast: true, header: JobHeader(), templates: [[]],
            groups: [.tasks(1), .tasks(2, retry: retry, after: Dependency([.group(0)]))])
        farm.recover(
            .submission(
                part, blocks: [.none, .none], job: JobID(1), owner: "me", priorityCap: 9, epoch: 1,
                at: farm.now))
        farm.recover(.fact(.engineJoined(EngineID(0), EngineInfo(key: engineKey, name: "e", slots: 2))))
        farm.recovered()
        let claims = [parent, child].map {
            Claim(name: DispatchName(task: $0, attempt: 1, epoch: 1), phase: .running)
        }
        let engine = farm.engine("e", slots: 2, key: engineKey, claims: claims, session: 5)
        _ = farm.cancel(TaskRange(first: TaskID(JobID(1), 2), count: 1))
        end(child, .failed, at: engine, farm)
        end(parent, .succeeded, at: engine, farm)
        #expect(farm.out[child]?.name.attempt == 2)
        farm.end(child)
        #expect(farm.scheduler.usage.isEmpty)
    }
}
