/// The simulations of many seeds, side by side, and what they did together.
public struct SeedRun: Sendable {
    /// Seeds that were run.
    public private(set) var seeds = 0
    public private(set) var events = 0
    public private(set) var restarts = 0
    public private(set) var statistics = SchedulerStatistics()
    public private(set) var failures: [SimulationFailure] = []

    /// A part of the seeds is left off after so many failures.
    private static let failuresLimit = 3

    /// Runs the seeds in so many parts, as many at a time as there are cores.
    public init(_ seeds: [UInt64], parts: Int = 8) async {
        await withTaskGroup(of: SeedRun.self) { group in
            for part in 0..<parts {
                let own = stride(from: part, to: seeds.count, by: parts).map { seeds[$0] }
                group.addTask { SeedRun(part: own) }
            }
            for await part in group { add(part) }
        }
        failures.sort { $0.seed < $1.seed }
    }

    private init(part seeds: [UInt64]) {
        for seed in seeds where failures.count < Self.failuresLimit {
            self.seeds += 1
            do throws(SimulationFailure) {
                let report = try Simulation.run(seed: seed)
                events += report.events
                restarts += report.restarts
                statistics.add(report.statistics)
            } catch {
                failures.append(error)
            }
        }
    }

    private mutating func add(_ other: SeedRun) {
        seeds += other.seeds
        events += other.events
        restarts += other.restarts
        statistics.add(other.statistics)
        failures += other.failures
    }
}
