import Foundation
import Glibc

/// Kills a worker, a whole engine or the controller, about every second, as its seed has it.
struct ChaosKiller {
    private let yard: Farmyard
    private var state: UInt64
    private var counts: [Int]

    private static let kinds = ["workers", "engines (nanny first)", "engines (worker first)", "controllers"]

    init(_ yard: Farmyard, seed: UInt64) {
        self.yard = yard
        state = seed
        counts = Self.kinds.map { _ in 0 }
    }

    /// What was killed so far.
    var words: String {
        "killed " + zip(counts, Self.kinds).map { "\($0) \($1)" }.joined(separator: ", ")
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
        let (pause, kind, which) = (400 + draw(below: 1_000), draw(below: 4), draw(below: 1 << 20))
        usleep(UInt32(pause) * 1_000)
        if kind == 3 {
            guard let controller = yard.processes(" controller --profile ").first else { return }
            kill(controller, SIGKILL)
        } else {
            let workers = yard.processes("--run-as-farm-worker").sorted()
            guard !workers.isEmpty else { return }
            let worker = workers[which % workers.count]
            let nanny = Farmyard.parent(worker)
            // One whose nanny is gone has been adopted by the cluster's keeper.
            guard yard.processes(" engine start ").contains(nanny) else { return }
            switch kind {
            case 0: kill(worker, SIGKILL)
            case 1:
                kill(nanny, SIGKILL)
                kill(worker, SIGKILL)
            default:
                kill(worker, SIGKILL)
                kill(nanny, SIGKILL)
            }
        }
        counts[kind] += 1
    }
}
