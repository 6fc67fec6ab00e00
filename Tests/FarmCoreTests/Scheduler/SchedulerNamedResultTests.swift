import FarmCore
import Testing

/// Groups that take the results of tasks.
@Suite struct SchedulerNamedResultTests {
    private func taking(_ source: Dependency.Source, after: [Dependency]) -> GroupSpec {
        var spec = GroupSpec.tasks()
        spec.after = after
        spec.policy.results = [NamedResult("mesh", source)]
        return spec
    }

    @Test func `what a group takes is one task that it waits for to succeed`() {
        let farm = TestFarm()
        let ended = farm.job(.tasks())
        let other = TaskID(ended, 0)
        func isTaken(_ spec: GroupSpec, of count: UInt32 = 1) -> Bool {
            farm.submit([.tasks(count), spec]) != .refused(.badSubmission)
        }
        let group = Dependency.Source.group(0)
        #expect(isTaken(taking(group, after: [Dependency([group])])))
        #expect(!isTaken(taking(group, after: [Dependency([group])]), of: 2), "two tasks")
        #expect(!isTaken(taking(group, after: [])), "not waited for")
        #expect(!isTaken(taking(group, after: [Dependency([group], when: .ended)])), "it may have failed")
        #expect(!isTaken(taking(group, after: [Dependency([group], quorum: .any)])), "another may be it")
        #expect(!isTaken(taking(.job(ended), after: [Dependency([.job(ended)])])), "a job is no task")
        #expect(!isTaken(taking(.task(other), after: [])), "it has not ended")
        #expect(isTaken(taking(.task(other), after: [Dependency([.task(other)])])))
        _ = farm.engine()
        farm.turn()
        farm.end(other)
        #expect(isTaken(taking(.task(other), after: [])), "it has succeeded")
    }
}
