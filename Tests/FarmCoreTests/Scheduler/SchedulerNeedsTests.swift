import FarmCore
import Testing

/// Memory, GPUs, what has a name, tags, and the farm's limits.
@Suite struct SchedulerNeedsTests {
    private let gib = UInt64(1) << 30

    @Test func `C10 memory, GPUs and named amounts are never exceeded on any engine`() {
        let farm = TestFarm()
        let engine = farm.engine(
            "e", slots: 16,
            change: {
                $0.memoryBytes = 8 << 30
                $0.gpus = 3
                $0.named = [NamedAmount("fpga", 2)]
            })
        let memory = farm.job(.tasks(5) { $0.needs.memoryBytes = 3 << 30 })
        let gpus = farm.job(.tasks(4) { $0.needs.gpus = 2 })
        let named = farm.job(.tasks(4) { $0.needs = Needs(named: [NamedAmount("fpga", 1)]) })
        #expect(farm.out.keys.filter { $0.job == memory }.count == 2)
        #expect(farm.out.keys.filter { $0.job == gpus }.count == 1)
        #expect(farm.out.keys.filter { $0.job == named }.count == 2)
        while let next = farm.out.keys.min() {
            let held = Dictionary(grouping: farm.scheduler.attempts(at: engine), by: \.task.job)
            #expect((held[memory]?.count ?? 0) <= 2 && (held[gpus]?.count ?? 0) <= 1)
            #expect((held[named]?.count ?? 0) <= 2)
            farm.end(next)
        }
        #expect([memory, gpus, named].allSatisfy { farm.counts($0).unfinished == 0 })
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C10 a farm-wide limit counts over all engines, and says so`() {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", 3)]
        let farm = TestFarm(settings)
        _ = (0..<4).map { farm.engine("e\($0)", slots: 4, session: UInt64($0 + 1)) }
        let job = farm.job(.tasks(8) { $0.needs = Needs(named: [NamedAmount("license", 1)]) })
        let plain = farm.job(.tasks(8))
        #expect(farm.out.keys.filter { $0.job == job }.count == 3)
        #expect(farm.out.keys.filter { $0.job == plain }.count == 8)
        #expect(farm.scheduler.why(TaskID(job, 7)) == .limit("license", used: 3, of: 3, needed: 1))
        while let next = farm.out.keys.min() {
            farm.end(next)
            #expect(farm.out.keys.filter { $0.job == job }.count <= 3)
        }
        #expect(farm.counts(job).succeeded == 8)
        let refused = farm.submit([.tasks(1) { $0.needs = Needs(named: [NamedAmount("license", 4)]) }])
        #expect(refused == .refused(.badSubmission))
    }

    private static func licensed(_ count: UInt64) -> (inout TaskPolicy) -> Void {
        { $0.needs = Needs(named: [NamedAmount("license", count)]) }
    }

    private func farm(licenses: UInt64) -> TestFarm {
        var settings = SchedulerSettings()
        settings.limits = [NamedAmount("license", licenses)]
        settings.highWaterMark = 1
        let farm = TestFarm(settings)
        _ = (0..<2).map { farm.engine("e\($0)", slots: 4, session: UInt64($0 + 1)) }
        return farm
    }

    @Test func `C10 who needs much of a limit is not starved by those who need little of it elsewhere`() {
        let farm = farm(licenses: 4)
        let narrow = farm.job(.tasks(60, change: Self.licensed(1)), owner: "narrow")
        let wide = farm.job(.tasks(3, change: Self.licensed(3)), owner: "wide")
        var ends = 0
        while farm.counts(wide).succeeded < 3, ends < 40,
            let next = farm.out.keys.first(where: { $0.job == wide }) ?? farm.out.keys.min()
        {
            if ends > 0, farm.out[TaskID(wide, 0)] == nil, farm.counts(wide).succeeded == 0 {
                let last = TaskID(narrow, 59)
                let used = UInt64(farm.out.count)
                #expect(
                    farm.scheduler.why(last) == .limit("license", used: used, of: 4, needed: 1, kept: 3))
            }
            farm.end(next)
            ends += 1
        }
        #expect(farm.counts(wide).succeeded == 3, "after \(ends) ends")
        // And nothing is kept when nobody waits for it any more.
        #expect(farm.out.count == 4)
        while let next = farm.out.keys.min() { farm.end(next) }
        #expect(farm.counts(narrow).succeeded == 60)
    }

    @Test func `C10 what a limit has beside what is kept is used, and is given back by a cancelled task`() {
        let farm = farm(licenses: 4)
        let first = farm.job(.tasks(1, change: Self.licensed(2)))
        let wide = farm.job(.tasks(1, priority: 1, change: Self.licensed(3)))
        let narrow = farm.job(.tasks(2, change: Self.licensed(1)))
        #expect(farm.counts(narrow).assigned == 0, "2 are in use, and 3 are kept")
        _ = farm.cancel(TaskRange(job: wide))
        #expect(farm.counts(narrow).assigned == 2)
        let other = farm.job(.tasks(1, priority: 1, change: Self.licensed(2)))
        farm.end(TaskID(narrow, 0))
        farm.end(TaskID(narrow, 1))
        #expect(farm.counts(other).assigned == 1)
        farm.end(TaskID(first, 0))
        let one = farm.job(.tasks(1, change: Self.licensed(1)))
        #expect(farm.counts(one).assigned == 1)
    }

    @Test
    func `C10 what needs much is not starved by what needs little, nor holds up what needs other things`() {
        let farm = TestFarm()
        _ = farm.engine("e", slots: 8, change: { $0.memoryBytes = 8 << 30 })
        let small = farm.job(.tasks(40) { $0.needs.memoryBytes = 1 << 30 })
        let large = farm.job(.tasks(1, priority: 1) { $0.needs.memoryBytes = 8 << 30 })
        let plain = farm.job(.tasks(20))
        var beside = 0
        while farm.out[TaskID(large, 0)] == nil, let next = farm.out.keys.min() {
            farm.end(next)
            beside = max(beside, farm.out.keys.filter { $0.job == plain }.count)
        }
        #expect(farm.out[TaskID(large, 0)] != nil)
        #expect(farm.counts(small).succeeded <= 8, "no small one began once the large one waited")
        #expect(beside > 0, "slots are not kept free, memory is")
    }

    @Test func `C10 tags are needed all, and each engine's shortfall is told`() {
        let farm = TestFarm()
        _ = farm.engine("a", slots: 2, tags: ["big"], session: 1)
        _ = farm.engine("b", slots: 2, tags: ["gpu"], session: 2)
        let job = farm.job(.tasks(1) { $0.needs = Needs(cpus: 4, gpus: 1, tags: ["big", "gpu"]) })
        guard case .noEngineCan(let objections) = farm.scheduler.why(TaskID(job, 0)) else {
            Issue.record("no engine can take it")
            return
        }
        let rest = ", has 2 of 4 CPUs, has 0 of 1 GPUs"
        #expect(objections.map(\.objection) == ["has no tag gpu" + rest, "has no tag big" + rest])
        let both = farm.engine(
            "c", slots: 4, tags: ["gpu", "big", "old"], session: 3, change: { $0.gpus = 1 })
        #expect(farm.out[TaskID(job, 0)]?.engine == both)
    }

    @Test func `C26 memory-factor raises the need with each attempt that ran out of memory`() {
        let farm = TestFarm()
        let small = farm.engine("small", slots: 2, session: 1, change: { $0.memoryBytes = 3 << 30 })
        let large = farm.engine("large", slots: 2, session: 2, change: { $0.memoryBytes = 4 << 30 })
        let job = farm.job(
            .tasks(1, retry: RetryPolicy(outOfMemory: 3, memoryFactor: 2)) {
                $0.needs.memoryBytes = 1 << 30
            })
        let task = TaskID(job, 0)
        farm.end(task, .failed, cause: .outOfMemory)
        #expect(farm.out[task]?.raises == 1)
        farm.end(task, .failed, cause: .outOfMemory)
        #expect(farm.out[task]?.engine == large && farm.out[task]?.raises == 2, "4 GiB fit one engine only")
        farm.end(task, .failed, cause: .outOfMemory)
        guard case .noEngineCan(let objections) = farm.scheduler.why(task) else {
            Issue.record("8 GiB fit nowhere")
            return
        }
        #expect(objections.first?.objection == "has 3072 MiB of 8192 MiB")
        #expect(farm.scheduler.attempts(at: small).isEmpty)
        #expect(farm.cancel(TaskRange(job: job)).cancelled == 1)
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `avoid-engine sends the next attempt elsewhere, and back if there is nowhere else`() {
        let farm = TestFarm()
        let first = farm.engine("a", session: 1)
        let second = farm.engine("b", session: 2)
        let job = farm.job(.tasks(1, retry: RetryPolicy(failure: 3, avoidsEngine: true)))
        let task = TaskID(job, 0)
        #expect(farm.out[task]?.engine == first)
        farm.end(task, .failed)
        #expect(farm.out[task]?.engine == second)
        farm.end(task, .failed)
        #expect(farm.out[task] != nil, "it failed on both: better there than nowhere")
        farm.end(task, .failed)
        farm.end(task)
        #expect(farm.state(task) == .succeeded)
        #expect(farm.scheduler.usage.isEmpty)
    }
}
