extension JobScript {
    /// Says of most groups how long their tasks take, where engines leave after a while. Drawn by the job's
    /// key, as what is in lanes.
    mutating func estimate(_ groups: inout [GroupSpec], _ templates: [[UInt8]]) {
        var random = SimulationRandom(seed: SimulationRandom.hash(key.high, key.low, 0x7133))
        for index in groups.indices where groups[index].policy.lane.isEmpty && random.chance(65) {
            guard let length = Behaviour(templates[Int(groups[index].template)])?.length else { continue }
            // As long as one of them takes at most.
            groups[index].policy.estimateNanoseconds =
                switch length {
                case .none: 1
                case .tiny: 400_000
                case .short: 20_000_000
                case .medium: 400_000_000
                case .long, .mixed: 2_000_000_000
                }
        }
    }
}
