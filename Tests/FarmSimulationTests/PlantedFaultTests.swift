#if DEBUG
import Testing

@testable import FarmTestKit

/// A simulator proves as much as it would notice: the scheduler makes nine mistakes on purpose, and each has
/// to be caught, by an invariant that speaks of it, within a few seeds.
@Suite(.serialized) struct PlantedFaultTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        var fault: PlantedFault
        /// About three times as many as it took when this was written.
        var seeds: UInt64
        /// Words of the invariants that may catch it.
        var words: [String]
        /// At least so many faults of machines and links a seed; 0: as many as are drawn.
        var faults = 0

        var testDescription: String { fault.rawValue }
    }

    static let mistakes = [
        // It takes an engine that comes back too late with what it was given before a restart: many faults.
        Mistake(
            fault: .fenceByAttempt, seeds: 1000,
            words: ["not of its last dispatch", "result of another task or dispatch"]),
        Mistake(fault: .lostRequeue, seeds: 60, words: ["has not ended"]),
        Mistake(fault: .doubleCommit, seeds: 120, words: ["ended as"]),
        Mistake(fault: .leakedReservation, seeds: 20, words: ["are reserved"]),
        Mistake(fault: .forgottenTimer, seeds: 50, words: ["has not ended"]),
        Mistake(fault: .wrongAny, seeds: 40, words: ["can be met"]),
        Mistake(fault: .uncleared, seeds: 60, words: ["was left in lane"]),
        Mistake(fault: .shortGang, seeds: 30, words: ["ranks in a turn, and needs"]),
        Mistake(fault: .deafRanks, seeds: 60, words: ["runs on at"]),
    ]

    @Test(.timeLimit(.minutes(10)), arguments: mistakes)
    func `a mistake made on purpose is caught`(_ mistake: Mistake) {
        for seed in 1...mistake.seeds {
            var plan = SimulationPlan(seed: seed)
            plan.scheduler.plantedFault = mistake.fault
            plan.faults = max(plan.faults, mistake.faults)
            do throws(SimulationFailure) {
                try Simulation.run(plan)
            } catch {
                let first = error.faults.first ?? "nothing"
                print("\(mistake.fault.rawValue) · \(first.prefix(80)) · \(seed) of \(mistake.seeds) seeds")
                #expect(mistake.words.contains { first.contains($0) }, "seed \(seed): \(first)")
                return
            }
        }
        Issue.record("\(mistake.fault.rawValue): not caught by \(mistake.seeds) seeds")
    }
}
#endif
