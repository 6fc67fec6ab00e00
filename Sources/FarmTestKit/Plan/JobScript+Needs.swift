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

    /// Has ranks of a pool that is there run it, and asks for nothing that they have not got.
    static func makeCollective(
        _ policy: inout TaskPolicy, _ behaviour: inout Behaviour, _ machines: [SimulationPlan.Machine],
        _ random: inout SimulationRandom
    ) {
        let pools = machines.filter { $0.pool?.rank == 0 }
        guard let pool = pools.max(by: { $0.pool!.size < $1.pool!.size }), let seat = pool.pool else {
            return
        }
        policy.collective = random.chance(40) ? 0 : UInt32(random.pick(1...Int(seat.size)))
        policy.needs = Needs()
        policy.targets = []
        policy.follow = nil
        policy.speculate = false
        let least = pools.map(\.memoryBytes).min() ?? 0
        if least > 0, random.chance(30) { policy.needs.memoryBytes = UInt64(random.pick(1...Int(least) / 5)) }
        behaviour.refusal = .nowhere
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
