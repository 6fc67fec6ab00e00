import FarmCore
import Testing

/// Fair shares of slot-seconds between owners, and between an owner's jobs.
@Suite struct SchedulerFairnessTests {
    /// Runs the farm's engines in virtual time: each attempt takes what `length` says. Slot-nanoseconds of
    /// each job after `total` of virtual time.
    private func shares(
        of farm: TestFarm, for total: Int64, _ length: (TaskID) -> Int64
    ) -> [JobID: Int64] {
        var used: [JobID: Int64] = [:]
        var ends: [TaskID: Instant] = [:]
        let stop = farm.now + total
        while farm.now < stop {
            for (task, sent) in farm.out where ends[task] == nil { ends[task] = sent.at + length(task) }
            guard let (task, end) = ends.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { break }
            farm.pass(max(0, end - farm.now))
            for engine in farm.alive { farm.scheduler.heard(engine, at: farm.now) }
            ends[task] = nil
            used[task.job, default: 0] += length(task)
            farm.end(task, took: length(task))
        }
        return used
    }

    private func farm() -> TestFarm {
        // One at a time for each slot: what is prefetched would blur whose turn it is.
        let farm = TestFarm(hwm: 1)
        farm.alive = [farm.engine(slots: 4)]
        return farm
    }

    @Test func `C11 two owners share slot-seconds, however long their tasks are and however many`() {
        let farm = farm()
        let long = farm.job(.tasks(300), owner: "one")
        let short = farm.job(.tasks(4_000), owner: "other")
        let used = shares(of: farm, for: .seconds(80)) { .milliseconds($0.job == long ? 1_000 : 70) }
        let ratio = Double(used[long] ?? 0) / Double(used[short] ?? 1)
        #expect(abs(ratio - 1) < 0.1)
    }

    @Test func `C11 two jobs of one owner share slot-seconds by their weights`() {
        for (weight, wanted) in [(UInt32(100), 1.0), (300, 3)] {
            let farm = farm()
            let first = farm.job(.tasks(3_000))
            let second = farm.job(weight: weight, .tasks(3_000))
            let used = shares(of: farm, for: .seconds(60)) { .milliseconds($0.job == first ? 250 : 90) }
            let ratio = Double(used[second] ?? 0) / Double(used[first] ?? 1)
            #expect(abs(ratio / wanted - 1) < 0.1)
        }
    }

    @Test func `C11 who comes later starts level, and does not catch up with what was before`() {
        let farm = farm()
        let first = farm.job(.tasks(3_000))
        _ = shares(of: farm, for: .seconds(20)) { _ in .milliseconds(100) }
        let second = farm.job(.tasks(3_000))
        let used = shares(of: farm, for: .seconds(20)) { _ in .milliseconds(100) }
        let ratio = Double(used[second] ?? 0) / Double(used[first] ?? 1)
        #expect(abs(ratio - 1) < 0.1)
    }

    @Test func `many small jobs take their turns in the order in which they came`() {
        let farm = farm()
        let jobs = (0..<50).map { _ in farm.job(.tasks(1)) }
        var order: [JobID] = []
        while let next = farm.out.keys.min() {
            order.append(next.job)
            farm.end(next)
        }
        #expect(order == jobs)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `a blocked job does not stand before others, and comes first when there is room`() {
        let farm = TestFarm(hwm: 1)
        _ = farm.engine("a", slots: 2, session: 1)
        let gpu = farm.job(.tasks(3) { $0.needs.gpus = 1 })
        let plain = farm.job(.tasks(10))
        #expect(farm.out.keys.allSatisfy { $0.job == plain } && farm.out.count == 2)
        let engine = farm.engine("b", slots: 4, session: 2, change: { $0.gpus = 2 })
        #expect(farm.out.values.filter { $0.engine == engine && $0.name.task.job == gpu }.count == 2)
        while let next = farm.out.keys.min() { farm.end(next) }
        #expect(farm.counts(gpu).succeeded == 3 && farm.counts(plain).succeeded == 10)
        #expect(farm.scheduler.usage.isEmpty)
    }
}
