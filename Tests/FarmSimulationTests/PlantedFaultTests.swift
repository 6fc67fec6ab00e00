#if DEBUG
import Testing

@testable import FarmTestKit

/// A simulator proves as much as it would notice: the scheduler makes ten mistakes on purpose, and each has
/// to be caught, by an invariant that speaks of it, within a few seeds.
@Suite(.serialized) struct PlantedFaultTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        var fault: PlantedFault
        /// At least three times as many as it took when this was written: what is drawn may change a bit.
        var seeds: UInt64
        /// Words of the invariants that may catch it.
        var words: [String]

        var testDescription: String { fault.rawValue }
    }

    static let mistakes = [
        Mistake(fault: .lostRequeue, seeds: 30, words: ["has not ended"]),
        Mistake(fault: .doubleCommit, seeds: 60, words: ["ended as"]),
        Mistake(
            fault: .fenceByAttempt, seeds: 60,
            words: ["is not of its last dispatch", "another task or dispatch", "was sent while attempt"]),
        Mistake(fault: .leakedReservation, seeds: 20, words: ["are reserved"]),
        Mistake(fault: .forgottenTimer, seeds: 30, words: ["has not ended"]),
        Mistake(fault: .wrongAny, seeds: 30, words: ["can be met"]),
        Mistake(fault: .uncleared, seeds: 30, words: ["was left in lane"]),
        Mistake(fault: .shortGang, seeds: 30, words: ["ranks in a turn, and needs"]),
        Mistake(fault: .deafRanks, seeds: 60, words: ["runs on at"]),
        Mistake(fault: .timeless, seeds: 60, words: ["too little time left"]),
    ]

    @Test(.timeLimit(.minutes(10)), arguments: mistakes)
    func `a mistake made on purpose is caught`(_ mistake: Mistake) {
        for seed in 1...mistake.seeds {
            var plan = SimulationPlan(seed: seed)
            plan.scheduler.plantedFault = mistake.fault
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
