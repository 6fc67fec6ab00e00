extension JobScript {
    /// Puts some of the groups into lanes, if that is to be. Lanes are refused on engines that are not there
    /// or not there alone under their name, and who submits cannot know that. Drawn by the job's key, so that
    /// a seed without lanes is what it would be if there were none.
    mutating func layLanes(_ groups: inout [GroupSpec], in setting: Setting) {
        var random = SimulationRandom(seed: SimulationRandom.hash(key.high, key.low))
        guard random.chance(25) else { return }
        for index in groups.indices where random.chance(60) {
            mayBeRefused = true
            var policy = TaskPolicy(priority: groups[index].policy.priority)
            policy.timeoutNanoseconds = groups[index].policy.timeoutNanoseconds
            policy.graceNanoseconds = groups[index].policy.graceNanoseconds
            policy.deadline = groups[index].policy.deadline
            policy.startWithinNanoseconds = groups[index].policy.startWithinNanoseconds
            policy.targets = [setting.machines[random.below(min(2, setting.machines.count))].name]
            policy.lane = random.pick(["a", "a", "b"])
            groups[index].policy = policy
            groups[index].after = []
        }
    }
}
