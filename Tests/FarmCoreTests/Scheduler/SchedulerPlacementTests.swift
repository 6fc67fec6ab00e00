import FarmCore
import Testing

@Suite struct SchedulerPlacementTests {
    @Test(arguments: [1, 2, 3, 7] as [UInt32])
    func `C5 a high-water mark of k is never passed, and is used`(_ mark: UInt32) {
        let farm = TestFarm(hwm: mark)
        let engines = [farm.engine("a"), farm.engine("b", slots: 3)]
        let job = farm.job(.tasks(60))
        var most = [0, 0]
        while farm.counts(job).unfinished > 0 {
            for (number, engine) in engines.enumerated() {
                most[number] = max(most[number], farm.scheduler.attempts(at: engine).count)
            }
            guard let next = farm.out.keys.min() else { break }
            farm.end(next, took: .milliseconds(1))
        }
        #expect(most == [Int(mark), 3 * Int(mark)])
        #expect(farm.counts(job).succeeded == 60)
    }

    @Test func `C5 a high-water mark of 0 assigns everything at once`() {
        let farm = TestFarm(hwm: 0)
        _ = [farm.engine("a"), farm.engine("b")]
        let job = farm.job(.tasks(1_000))
        #expect(farm.counts(job).assigned == 1_000)
    }

    @Test func `C6 least-load takes the minimum, ties to the least recently used`() {
        let farm = TestFarm()
        let wide = farm.engine("wide", slots: 4)
        let narrow = farm.engine("narrow", slots: 2)
        // Loads 0 and 0, 1/4 and 0, 1/4 and 1/2, 2/4 and 1/2 (the narrow one was used longer ago), 2/4 and
        // 2/2, ...
        _ = farm.job(.tasks(6))
        #expect(farm.sent.map(\.engine) == [wide, narrow, wide, narrow, wide, wide])
    }

    @Test func `C6 lru ignores load, and both stay inside the allowed set`() {
        let farm = TestFarm(scheme: .lru)
        let engines = [farm.engine("a", slots: 2), farm.engine("b", slots: 8), farm.engine("c", slots: 2)]
        _ = farm.job(.tasks(6))
        #expect(farm.sent.map(\.engine) == engines + engines, "loads are 1/2 and 1/8, and nobody asks")
        // Only when nobody has a slot are attempts queued, and again in turn.
        let full = TestFarm(hwm: 0, scheme: .lru)
        let two = [full.engine("a", slots: 1), full.engine("b", slots: 3)]
        _ = full.job(.tasks(8))
        #expect(
            full.sent.map(\.engine) == [two[0], two[1], two[1], two[1]] + [two[0], two[1], two[0], two[1]])
        for scheme in SchedulerSettings.Scheme.allCases {
            let farm = TestFarm(hwm: 0, scheme: scheme)
            let allowed = [farm.engine("a"), farm.engine("b", slots: 9), farm.engine("c")]
            _ = farm.job(.tasks(20, targets: ["a", "c"]))
            #expect(farm.sent.allSatisfy { $0.engine != allowed[1] } && farm.sent.count == 20)
        }
    }

    @Test func `C7 tasks run in the order of their ids, those parked on one dependency too`() {
        let farm = TestFarm()
        _ = farm.engine()
        let job = farm.job(
            .tasks(1), .tasks(4, after: Dependency([.group(0)])), .tasks(4, after: Dependency([.group(0)])))
        while let next = farm.out.keys.min() { farm.end(next) }
        #expect(farm.sent.map(\.name.task) == (0..<9).map { TaskID(job, $0) })
        // Jobs that are one task each have all had as little as the next.
        let singles = (0..<6).map { _ in farm.job(.tasks(1)) }
        while let next = farm.out.keys.min() { farm.end(next) }
        #expect(farm.sent.suffix(6).map(\.name.task) == singles.map { TaskID($0, 0) })
    }

    @Test func `C7 a task that is tried again keeps its place`() {
        let farm = TestFarm()
        _ = farm.engine()
        let job = farm.job(.tasks(5, retry: RetryPolicy(failure: 1)))
        farm.end(TaskID(job, 0), .failed)
        #expect(farm.sent.last?.name.task == TaskID(job, 0))
    }

    @Test func `C8 targets restrict to names, numbers and tags`() {
        let farm = TestFarm(hwm: 0)
        let a = farm.engine("a")
        let b = farm.engine("b", tags: ["fast"])
        _ = farm.job(.tasks(3, targets: ["fast"]))
        #expect(farm.sent.allSatisfy { $0.engine == b })
        let byNumber = farm.job(.tasks(1, targets: ["0"]))
        #expect(farm.out[TaskID(byNumber, 0)]?.engine == a)
    }

    @Test
    func `C8 while its target may come back a task is ready, when that is gone for good it is impossible`() {
        var settings = SchedulerSettings()
        settings.awayLimitNanoseconds = .seconds(60)
        let farm = TestFarm(settings)
        let target = farm.engine("target", session: 1)
        let other = farm.engine("other", session: 2)
        let job = farm.job(.tasks(2, targets: ["target"]))
        farm.handle(.engineDisconnected(target, SessionID(1)))
        farm.alive = [other]
        farm.wait(.seconds(30))
        #expect(farm.counts(job).ready == 2)
        #expect(
            farm.scheduler.why(TaskID(job, 1))
                == .noEngineCan([
                    EngineObjection(id: EngineID(0), name: "target", objection: "is not here (away)"),
                    EngineObjection(id: EngineID(1), name: "other", objection: "is none of its targets"),
                ]))
        farm.wait(.seconds(60))
        #expect(farm.counts(job).impossible == 2)
        #expect(farm.entry(TaskID(job, 0))?.cause == .noEngine)
    }

    @Test func `C8 an engine outside the targets changes nothing`() {
        let farm = TestFarm()
        let job = farm.job(.tasks(1, targets: ["target"]))
        let other = farm.engine("other")
        farm.handle(.engineBye(other))
        farm.turn()
        #expect(farm.state(TaskID(job, 0)) == .ready)
        let target = farm.engine("target")
        #expect(farm.out[TaskID(job, 0)]?.engine == target)
    }

    @Test func `C10 needs are never exceeded, and one that no engine can meet is reported and waits`() {
        let farm = TestFarm()
        let engine = farm.engine("small", slots: 8, cpus: 4)
        let job = farm.job(.tasks(3, cpus: 3), .tasks(1, cpus: 64))
        #expect(farm.scheduler.attempts(at: engine).count == 1)
        #expect(
            farm.scheduler.why(TaskID(job, 3))
                == .noEngineCan([
                    EngineObjection(id: EngineID(0), name: "small", objection: "has 4 of 64 CPUs")
                ]))
        let large = farm.engine("large", slots: 2, cpus: 64)
        #expect(farm.scheduler.attempts(at: large).count > 0)
    }

    @Test func `C11 higher priority goes first, capped by the submitter's right`() {
        let farm = TestFarm()
        let low = farm.job(.tasks(1))
        let high = farm.job(.tasks(1, priority: 5))
        guard case .accepted(let capped, _) = farm.submit([.tasks(1, priority: 50)], cap: 1) else { return }
        _ = farm.engine()
        while let next = farm.out.keys.min() { farm.end(next) }
        #expect(farm.sent.map(\.name.task.job) == [high, capped, low])
    }

    @Test func `C9 a task whose payload is too large at the moment leaves idle slots to smaller ones`() {
        var settings = SchedulerSettings()
        settings.engineWindowBytes = 100
        let farm = TestFarm(settings)
        _ = farm.engine(slots: 3)
        for (number, bytes) in [80, 90, 10].enumerated() {
            var group = GroupSpec.tasks(priority: Int32(3 - number))
            group.payloads.append([UInt8](repeating: 1, count: bytes))
            let part = SubmissionPart(
                key: farm.key(), part: 0, isLast: true, header: JobHeader(), templates: [[]], groups: [group])
            farm.handle(
                .submit(
                    SessionID(1), part, blocks: [BlockRef(UInt32(number))], owner: "me", priorityCap: .max))
        }
        #expect(farm.turn().map(\.name.task.job.raw) == [1, 3])
        farm.end(TaskID(JobID(3), 0))
        #expect(farm.sent.count == 2)
        farm.end(TaskID(JobID(1), 0))
        #expect(farm.sent.map(\.name.task.job.raw) == [1, 3, 2])
    }

    @Test func `C9 what two idle engines can do is called back for both`() {
        let farm = TestFarm(hwm: 0)
        let engine = farm.engine("a")
        let running = farm.job(.tasks())
        if let name = farm.out[TaskID(running, 0)]?.name { farm.handle(.started(engine, name)) }
        let narrow = farm.job(.tasks(targets: ["a", "b"]))
        let wide = farm.job(.tasks(3, targets: ["a", "c"]))
        farm.pass(.milliseconds(5))
        let info = { EngineInfo(key: farm.key(), name: $0) }
        for (session, name) in [(200, "b"), (300, "c")] as [(UInt64, String)] {
            farm.handle(.engineHello(SessionID(session), info(name), principal: "p", claims: []))
            if let handle = farm.scheduler.engine(of: SessionID(session)) {
                farm.handle(.engineRecorded(handle))
            }
        }
        farm.turn()
        var recalled: Set<TaskID> = []
        for case .recall(_, let name) in farm.controls { recalled.insert(name.task) }
        #expect(recalled == [TaskID(narrow, 0), TaskID(wide, 2)])
    }
}
