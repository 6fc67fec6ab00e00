extension JobScript {
    /// What the machine can give, though its memory be asked for several times over.
    static func needs(
        of machine: SimulationPlan.Machine, _ limits: [NamedAmount], _ random: inout SimulationRandom
    ) -> Needs {
        var needs = Needs()
        if random.chance(60) { needs.cpus = UInt32(random.pick(1...Int(machine.cpus))) }
        // Twice a raise by two, rounded up.
        if machine.memoryBytes > 0, random.chance(50) {
            needs.memoryBytes = UInt64(random.pick(1...Int(machine.memoryBytes) / 5))
        }
        if machine.gpus > 0, random.chance(40) { needs.gpus = UInt32(random.pick(1...Int(machine.gpus))) }
        for known in machine.named + limits where random.chance(35) {
            needs.named.append(NamedAmount(known.name, UInt64(random.pick(1...Int(known.amount)))))
        }
        if random.chance(20) { needs.tags = machine.tags }
        return needs
    }

    static func brake(_ random: inout SimulationRandom) -> Brake {
        Brake(
            maxRunning: UInt32(random.pick([0, 0, 1, 2, 3])),
            maxFailures: random.pick([
                .none, .none, .count(UInt32(random.pick(0...4))), .share(UInt32(random.pick(0...5_000))),
            ]),
            canary: UInt32(random.pick([0, 0, 1, 2, 4])))
    }
}

extension Behaviour {
    /// How often it runs out of memory, and where it cannot run.
    mutating func draw(home: Int, _ policy: TaskPolicy, _ random: inout SimulationRandom) {
        self.home = UInt8(home)
        if random.chance(15) { memoryPercent = UInt8(random.pick([10, 50, 100])) }
        guard random.chance(12) else { return }
        // An engine that lacks what it needs is not asked, and so the task would wait for ever.
        refusal = policy.needs == Needs() && random.chance(30) ? .everywhere : .somewhere
    }
}
