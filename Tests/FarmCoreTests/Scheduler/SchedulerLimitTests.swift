import FarmCore
import Testing

/// Whom the farm's limits are kept for, when there is not enough of them (conformance 10).
@Suite struct SchedulerLimitTests {
    private func farm(licenses: UInt64, slots: UInt32 = 4, engines: Int = 2) -> TestFarm {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", licenses)]
        settings.highWaterMark = 1
        let farm = TestFarm(settings)
        _ = (0..<engines).map { farm.engine("e\($0)", slots: slots, session: UInt64($0 + 1)) }
        return farm
    }

    private func tasks(
        _ count: UInt32 = 1, licenses: UInt64, gpus: UInt32 = 0, memory: UInt64 = 0, priority: Int32 = 0,
        targets: [String] = []
    ) -> GroupSpec {
        .tasks(count, priority: priority, targets: targets) {
            $0.needs = Needs(
                memoryBytes: memory, gpus: gpus, named: [NamedAmount("license", licenses)])
        }
    }

    /// The attempt that began first ends.
    private func endOldest(_ farm: TestFarm) {
        guard
            let next = farm.out.values.min(by: {
                $0.at == $1.at ? $0.name.task.raw < $1.name.task.raw : $0.at < $1.at
            })
        else {
            Issue.record("nothing runs")
            return
        }
        farm.now = max(farm.now, next.at + .seconds(1))
        farm.scheduler.heard(next.engine, at: farm.now)
        farm.end(next.name.task)
    }

    @Test(arguments: ["absent", "away", "gpus", "draining"])
    func `nothing is kept for a task that no engine here can run`(_ reason: String) {
        let farm = farm(licenses: 2)
        if reason == "draining" {
            _ = farm.job(.tasks(1, targets: ["e0"]))
            farm.handle(.drain(EngineID(0), now: false))
            farm.turn()
        }
        if reason == "away" {
            let gone = farm.engine("away", session: 9)
            farm.handle(.engineDisconnected(gone, SessionID(9)))
            farm.turn()
        }
        _ = farm.job(
            tasks(
                licenses: 2, gpus: reason == "gpus" ? 1 : 0,
                targets: reason == "gpus" ? [] : [reason == "draining" ? "e0" : reason]))
        let narrow = farm.job(tasks(4, licenses: 1), owner: "other")
        #expect(farm.counts(narrow).assigned == 2)
    }

    @Test func `who needs much is not starved by an owner who is first in every turn`() {
        let farm = farm(licenses: 4, slots: 16, engines: 1)
        _ = farm.job(.tasks(4000), owner: "a")
        let narrow = farm.job(tasks(800, licenses: 1), owner: "b")
        let wide = farm.job(tasks(2, licenses: 4), owner: "a")
        var ends = 0
        while farm.counts(wide).succeeded < 2, ends < 300 {
            endOldest(farm)
            ends += 1
        }
        #expect(farm.counts(wide).succeeded == 2, "after \(ends) ends")
        let count = farm.counts(narrow).succeeded
        #expect(count >= 8, "the narrow ones have their turns, too: \(count)")
    }

    @Test func `higher priority gets what was kept for lower, at once`() {
        let farm = farm(licenses: 4)
        let first = farm.job(tasks(licenses: 2))
        let wide = farm.job(tasks(licenses: 4))
        let narrow = farm.job(tasks(licenses: 1))
        #expect(farm.counts(first).assigned == 1 && farm.counts(narrow).assigned == 0)
        let urgent = farm.job(tasks(3, licenses: 1, memory: 0, priority: 5))
        #expect(farm.counts(urgent).assigned == 2)
        for _ in 0..<4 { endOldest(farm) }
        #expect(farm.counts(urgent).succeeded == 3 && farm.counts(wide).assigned == 1)
        endOldest(farm)
        #expect(farm.counts(narrow).assigned == 1)
    }

    @Test func `what is kept goes on when the task that wanted it is cancelled, paused or can run nowhere`() {
        let farm = farm(licenses: 2, engines: 1)
        _ = farm.job(tasks(licenses: 1))
        for what in ["cancelled", "paused", "gone"] {
            let wide = farm.job(tasks(licenses: 2, targets: ["e0"]))
            let narrow = farm.job(tasks(licenses: 1), owner: "other")
            #expect(farm.counts(narrow).assigned == 0, "\(what)")
            switch what {
            case "cancelled": _ = farm.cancel(TaskRange(job: wide))
            case "paused": farm.handle(.pause(wide, true))
            default:
                _ = farm.engine("e1", slots: 4, session: 12)
                farm.handle(.drain(EngineID(0), now: false))
            }
            farm.turn()
            #expect(farm.counts(narrow).assigned == 1, "\(what)")
            farm.end(TaskID(narrow, 0))
        }
    }

    @Test func `owners whose tasks need different things share a license by what they have had`() {
        let farm = farm(licenses: 1)
        let slow = farm.job(tasks(400, licenses: 1, memory: 0), owner: "slow")
        let quick = farm.job(
            .tasks(400) { $0.needs = Needs(cpus: 2, named: [NamedAmount("license", 1)]) }, owner: "quick")
        for _ in 0..<300 {
            guard let next = farm.out.values.first else { break }
            farm.now = next.at + .seconds(next.name.task.job == slow ? 10 : 1)
            farm.scheduler.heard(next.engine, at: farm.now)
            farm.end(next.name.task, took: .seconds(next.name.task.job == slow ? 10 : 1))
        }
        // Slots are CPUs: two seconds of the one weigh as much as one of the other.
        let (ten, one) = (farm.counts(slow).succeeded * 10, farm.counts(quick).succeeded)
        #expect(ten > 0 && one > 0)
        #expect(abs(Double(ten) / Double(one) - 1) < 0.1 || abs(Double(ten) / Double(2 * one) - 1) < 0.1)
    }

    @Test func `a continuation's policy is no way past the checks for the group behind it`() {
        let farm = farm(licenses: 4)
        var lane = TaskPolicy()
        lane.lane = "x"
        let many = TaskPolicy(needs: Needs(named: [NamedAmount("license", .max)]))
        for policy in [lane, many, TaskPolicy(needs: Needs(cpus: 4_000_000_000))] {
            let answer = farm.submit([
                .tasks(1), GroupSpec(template: 0, count: 1, policy: policy, isContinuation: true),
                GroupSpec(template: 0, count: 1, policy: policy),
            ])
            #expect(answer == .refused(.badSubmission))
        }
    }
}
