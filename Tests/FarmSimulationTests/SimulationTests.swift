import Testing

@testable import FarmTestKit

@Suite struct SimulationTests {
    @Test(.timeLimit(.minutes(60)), arguments: 0..<Seeds.shards)
    func `every seed keeps the farm's promises`(_ shard: Int) {
        var failures = 0
        var total = SchedulerStatistics()
        var restarts = 0
        let seeds = Seeds.wanted(shard: shard)
        let began = ContinuousClock.now
        var events = 0
        for seed in seeds where failures < 3 {
            do throws(SimulationFailure) {
                let report = try Simulation.run(seed: seed, isTracing: Seeds.isOneOnly)
                events += report.events
                restarts += report.restarts
                total.add(report.statistics)
            } catch {
                failures += 1
                Issue.record(Comment(rawValue: error.description))
            }
        }
        guard seeds.count > 50, failures == 0 else { return }
        // A simulator in which nothing goes wrong proves nothing.
        #expect(total.retries > 0 && total.enginesLost > 0 && total.droppedResults > 0 && restarts > 0)
        #expect(total.recalls > 0 && total.givenBack > 0)
        // These are seldom: some hundred seeds may have none.
        #expect(seeds.count < 500 || total.quarantines > 0 && total.speculations > 0)
        print(
            "simulation, part \(shard): \(seeds.count) seeds, \((ContinuousClock.now - began) / events) an event"
        )
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
                replay it: make sim SIM_SEED=5
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
