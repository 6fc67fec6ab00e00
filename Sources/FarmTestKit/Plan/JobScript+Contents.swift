extension JobScript {
    /// Has some of the groups skip what is unchanged, if that is to be. Drawn by the job's key, as lanes are.
    func skipUnchanged(_ groups: inout [GroupSpec], _ templates: inout [[UInt8]]) {
        var random = SimulationRandom(seed: SimulationRandom.hash(key.low, key.high, 16))
        guard random.chance(25) else { return }
        for index in groups.indices where random.chance(70) {
            let policy = groups[index].policy
            guard policy.lane.isEmpty, policy.collective == nil else { continue }
            let template = Int(groups[index].template)
            guard var behaviour = Behaviour(templates[template]) else { continue }
            behaviour.contents = random.pick([1, 3, 20])
            templates[template] = behaviour.bytes
            groups[index].policy.skipsUnchanged = true
        }
    }
}
