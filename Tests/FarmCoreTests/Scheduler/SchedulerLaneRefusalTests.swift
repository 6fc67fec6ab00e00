import FarmCore
import Testing

/// What may not be queued in a lane, and what a restart makes of one.
@Suite struct SchedulerLaneRefusalTests {
    private static let changes: [(String, @Sendable (inout TaskPolicy) -> Void)] = [
        ("retry", { $0.retry.failure = 1 }), ("timeout retry", { $0.retry.timeout = 1 }),
        ("engine-lost", { $0.retry.engineLost = 2 }),
        ("recovery", { $0.recoveries = [Recovery(template: 1)] }),
        ("brake", { $0.brake.maxRunning = 1 }), ("speculate", { $0.speculate = true }),
        ("needs", { $0.needs.memoryBytes = 1 }), ("cpus", { $0.needs.cpus = 2 }),
        ("no target", { $0.targets = [] }), ("two targets", { $0.targets = ["0", "1"] }),
        ("unknown name", { $0.targets = ["nobody"] }), ("unknown number", { $0.targets = ["17"] }),
        ("a tag", { $0.targets = ["fast"] }), ("a name of two", { $0.targets = ["twin"] }),
        ("a long name", { $0.lane = String(repeating: "x", count: 101) }),
    ]

    @Test func `C53 what makes no sense in a lane is refused`() {
        let farm = TestFarm()
        _ = farm.engine("a", tags: ["fast"])
        _ = farm.engine("twin", session: 101)
        _ = farm.engine("twin", session: 102)
        for (what, change) in Self.changes {
            let spec = GroupSpec.tasks(targets: ["a"]) {
                $0.lane = "x"
                change(&$0)
            }
            #expect(farm.submit([spec]) == .refused(.badSubmission), "\(what)")
        }
        var waiting = GroupSpec.tasks(targets: ["a"]) { $0.lane = "x" }
        waiting.after = [Dependency([.group(0)])]
        #expect(farm.submit([.tasks(), waiting]) == .refused(.badSubmission))
        let good = GroupSpec.tasks(targets: ["a"]) { $0.lane = "x" }
        #expect(farm.submit([good], brake: Brake(maxRunning: 1)) == .refused(.badSubmission))
        #expect(farm.out.isEmpty)
        _ = farm.job(good)
        #expect(farm.out.count == 1)
    }

    // MARK: Restarts

    private let engineKey = UniqueKey(high: 2, low: 2)
    private let job = JobID(1)

    /// A controller in its next life; its ledger tells of one engine, and of a job in its lane.
    private func restarted(_ steps: RecoveryStep...) -> TestFarm {
        let farm = TestFarm(SchedulerSettings(), epoch: 2)
        let spec = GroupSpec.tasks(3, targets: ["old"]) { $0.lane = "x" }
        let part = SubmissionPart(
            key: UniqueKey(high: 1, low: 1), part: 0, isLast: true, header: JobHeader(), templates: [[]],
            groups: [spec])
        farm.recover(.fact(.engineJoined(EngineID(0), EngineInfo(key: engineKey, name: "old"))))
        farm.recover(
            .submission(part, blocks: [.none], job: job, owner: "me", priorityCap: 9, at: farm.now))
        for step in steps { farm.recover(step) }
        farm.recovered()
        return farm
    }

    private func claim(_ index: UInt32, _ phase: Claim.Phase) -> Claim {
        Claim(name: DispatchName(task: TaskID(job, index), attempt: 1, epoch: 1), phase: phase)
    }

    @Test func `C53 a restarted controller keeps the order, and what its engine claims is not sent again`() {
        let farm = restarted()
        let engine = farm.engine("old", key: engineKey, claims: [claim(0, .running)], session: 6)
        #expect(farm.state(TaskID(job, 0)) == .running && farm.out.isEmpty)
        let later = farm.job(.tasks(targets: ["0"]) { $0.lane = "x" })
        #expect(farm.out.isEmpty, "the lane is taken")
        farm.handle(
            .result(
                engine, hint: 0, AttemptReport(name: claim(0, .running).name, state: .succeeded), .none))
        farm.turn()
        #expect(farm.out.keys.sorted() == [TaskID(job, 1)])
        farm.end(TaskID(job, 1))
        farm.end(TaskID(job, 2))
        farm.end(TaskID(later, 0))
        #expect(farm.scheduler.usage.isEmpty)
    }

    @Test func `C53 of an engine that does not come back the first is lost, and the others are cleared`() {
        let farm = restarted()
        let later = farm.job(.tasks(targets: ["0"]) { $0.lane = "x" })
        farm.wait(.seconds(20))
        #expect(farm.entry(TaskID(job, 0))?.cause == .engineLost)
        #expect(farm.entry(TaskID(job, 0))?.engine == EngineID(0), "which it may have run at")
        for task in [TaskID(job, 1), TaskID(job, 2), TaskID(later, 0)] {
            #expect(farm.entry(task)?.cause == .queueCleared)
            #expect(farm.entry(task)?.root == TaskID(job, 0))
        }
        _ = farm.engine("old", key: engineKey, session: 6)
        #expect(farm.sent.isEmpty, "nothing is ever sent again")
    }

    @Test
    func `C53 of an engine known to be dead the first is lost, too, or cancelled if that had reached it`() {
        for isCancelled in [false, true] {
            let farm = TestFarm(SchedulerSettings(), epoch: 2)
            let part = SubmissionPart(
                key: UniqueKey(high: 1, low: 1), part: 0, isLast: true, header: JobHeader(), templates: [[]],
                groups: [.tasks(3, targets: ["old"]) { $0.lane = "x" }])
            farm.recover(.fact(.engineJoined(EngineID(0), EngineInfo(key: engineKey, name: "old"))))
            farm.recover(
                .submission(part, blocks: [.none], job: job, owner: "me", priorityCap: 9, at: farm.now))
            if isCancelled { farm.recover(.fact(.cancelling(TaskID(job, 0), count: 1))) }
            farm.recovered()
            farm.handle(.engineDead(EngineID(0)))
            farm.turn()
            let entry = farm.entry(TaskID(job, 0))
            #expect(entry?.cause == (isCancelled ? .cancelled : .engineLost) && entry?.engine == EngineID(0))
            #expect(farm.counts(job).cancelled == (isCancelled ? 3 : 2))
            #expect(farm.entry(TaskID(job, 2))?.root == TaskID(job, 0))
            #expect(farm.scheduler.usage.isEmpty)
        }
    }

    @Test func `C53 what was cleared before a restart stays so`() {
        let time = Instant(nanoseconds: .seconds(1_000))
        let farm = restarted(
            .outcome(
                OutcomeEntry(
                    kind: .terminal, task: TaskID(job, 0), state: .failed, cause: .failure, attempt: 1,
                    engine: EngineID(0), endedAt: time)),
            .outcome(
                OutcomeEntry(
                    kind: .range, task: TaskID(job, 1), count: 2, state: .cancelled, cause: .queueCleared,
                    endedAt: time, root: TaskID(job, 0))))
        _ = farm.engine("old", key: engineKey, session: 6)
        #expect(farm.out.isEmpty && farm.counts(job).cancelled == 2)
        #expect(farm.scheduler.usage.isEmpty)
    }
}
