import Testing

@testable import FarmTestKit

@Suite struct SimulationTests {
    /// More of them, and others, by `make sim SEEDS=10000 FROM=50000`.
    @Test(.timeLimit(.minutes(30)))
    func `every seed keeps the farm's promises`() async {
        let run = await SeedRun(Array(1...1_000))
        for failure in run.failures { Issue.record(Comment(rawValue: failure.description)) }
        // A simulator in which nothing goes wrong proves nothing.
        let total = run.statistics
        #expect(total.retries > 0 && total.enginesLost > 0 && total.droppedResults > 0 && run.restarts > 0)
        #expect(total.recalls > 0 && total.givenBack > 0)
        #expect(total.quarantines > 0 && total.speculations > 0)
        #expect(run.seeds == 1_000 || !run.failures.isEmpty)
    }

    /// What they draw may be something else by now; those of before that found what has a test of its own are
    /// not among them.
    @Test(.timeLimit(.minutes(20)))
    func `seeds that have found something once pass`() async {
        let run = await SeedRun([
            6_341, 7_571, 1_002_642, 1_013_205, 1_015_084, 1_017_083, 2_007_473, 2_019_512, 2_019_771,
            2_025_156, 2_025_886, 2_033_354, 2_058_229, 2_064_971, 2_065_321, 2_074_420, 2_078_140,
            5_018_085, 7_005_898, 7_016_975, 7_045_898, 7_053_993, 20_006_209, 20_040_504, 20_061_930,
            120_007_836, 1_009_894, 4_002_509,
        ])
        for failure in run.failures { Issue.record(Comment(rawValue: failure.description)) }
        #expect(run.seeds == 28)
    }

    @Test(.timeLimit(.minutes(20)), arguments: [3, 7, 12, 40, 41] as [UInt64])
    func `a seed gives the same run again`(_ seed: UInt64) throws {
        #expect(try Simulation.run(seed: seed) == Simulation.run(seed: seed))
    }

    @Test func `a failure names its seed and the line that replays it`() {
        let failure = SimulationFailure(
            seed: 5, nanoseconds: 1_500_000, faults: ["task 1.2 ended twice"], trace: [])
        #expect(
            failure.description == """
                seed 5, after 1.5 ms of virtual time:
                  task 1.2 ended twice
                replay it: make sim SEED=5
                """)
    }

    @Test(.timeLimit(.minutes(20)))
    func `C32 two hundred engines that register at once are all in, and share the work`() throws {
        var plan = SimulationPlan(seed: 33)
        plan.machines = (0..<200).map {
            SimulationPlan.Machine(name: "m\($0)", slots: 1, cpus: 1, tags: [], joinsAfter: 0)
        }
        plan.faults = 0
        plan.jobs = 2
        plan.tasks = 400
        plan.activeNanoseconds = .milliseconds(300)
        let report = try Simulation.run(plan)
        #expect(report.tasks >= 100 && report.statistics.enginesLost == 0)
    }
}
