import FarmTestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SimulationTests {
    @Test(.timeLimit(.minutes(5)))
    func `every seed keeps the farm's promises`() throws {
        for seed in Seeds.wanted { try Simulation.run(seed: seed) }
    }
}

/// Which seeds to run: `SIM_SEED=7` that one, `SIM_SEEDS=5000` so many.
enum Seeds {
    static var wanted: [UInt64] {
        if let one = number("SIM_SEED") { return [one] }
        return Array(1...(number("SIM_SEEDS") ?? 1_000))
    }

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
}
