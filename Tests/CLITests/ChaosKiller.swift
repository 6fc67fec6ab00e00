import Foundation
import Glibc

/// Kills a worker, a whole engine or the controller, about every second, as its seed has it.
struct ChaosKiller {
    enum Victim: String, CaseIterable {
        case worker, nannyThenWorker, workerThenNanny, controller
    }

    private let yard: Farmyard
    private let victims: [Victim]
    private var state: UInt64
    private var counts: [Victim: Int] = [:]

    init(_ yard: Farmyard, _ victims: [Victim], seed: UInt64) {
        self.yard = yard
        self.victims = victims
        state = seed
    }

    /// What was killed so far.
    var words: String {
        "killed " + victims.map { "\($0) \(counts[$0] ?? 0)" }.joined(separator: ", ")
    }

    /// SplitMix64.
    private mutating func draw(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ word >> 31) % UInt64(bound))
    }

    /// Waits for about a second and kills; what is not there at that moment is let off.
    mutating func strike() {
        let pause = 400 + draw(below: 1_000)
        let victim = victims[draw(below: victims.count)]
        let which = draw(below: 1 << 20)
        usleep(UInt32(pause) * 1_000)
        if kill(victim, which) { counts[victim, default: 0] += 1 }
    }

    private func kill(_ victim: Victim, _ which: Int) -> Bool {
        guard victim != .controller else {
            guard let controller = yard.controller else { return false }
            Glibc.kill(controller, SIGKILL)
            return true
        }
        let workers = yard.workers.sorted()
        guard !workers.isEmpty else { return false }
        let worker = workers[which % workers.count]
        let nanny = Farmyard.parent(worker)
        // One whose nanny is gone has been adopted by the cluster's keeper.
        guard yard.nannies.contains(nanny) else { return false }
        if victim == .nannyThenWorker { Glibc.kill(nanny, SIGKILL) }
        Glibc.kill(worker, SIGKILL)
        if victim == .workerThenNanny { Glibc.kill(nanny, SIGKILL) }
        return true
    }
}
