/// What a simulation is made of, all drawn from its seed: machines, limits, delays, how much work and how
/// many faults.
public struct SimulationPlan: Sendable {
    /// A place where an engine runs. When the engine dies or leaves, another starts there under the same
    /// name.
    public struct Machine: Sendable {
        public var name: String
        public var slots: UInt32
        public var cpus: UInt32
        public var tags: [String]
        /// Nanoseconds from the beginning until its first engine starts.
        public var joinsAfter: Int64
        public var memoryBytes: UInt64 = 0
        public var gpus: UInt32 = 0
        public var named: [NamedAmount] = []
        /// Attempts of a hundred that fail there, whatever they are.
        public var failurePercent = 0
        /// Its engine's place in a pool.
        public var pool: PoolSeat?
        /// Nanoseconds after which each of its engines leaves; nil: they stay.
        public var lifetime: Int64?
    }

    public let seed: UInt64
    public var machines: [Machine] = []
    public var clients = 1
    public var jobs = 1
    /// Tasks of all jobs together, about.
    public var tasks = 60
    /// Nanoseconds in which jobs are submitted and faults happen; then everything heals and has to come to an
    /// end.
    public var activeNanoseconds: Int64 = .milliseconds(2_500)
    /// Faults within that time.
    public var faults = 0
    /// The only faults are clocks that jump, which nobody is to blame for.
    public var onlyJumps = false
    /// Nanoseconds that a frame travels.
    public var delay: ClosedRange<Int64> = 20_000...200_000
    /// Nanoseconds until a commit is safe; then a crash loses what is not.
    public var commitDelay: ClosedRange<Int64> = 0...0
    /// Bytes of outcome entries that the ledger keeps in memory; the others are read from their rows.
    public var ledgerMemoryBytes = 256 << 20
    /// Nanoseconds that the controller may gather messages before it ends its turn.
    public var turnDelay: Int64 = 0
    public var scheduler = SchedulerSettings()
    public var node = ControllerNodeSettings()
    public var sessions = SessionLimits()

    /// Draws the plan that belongs to the seed.
    public init(seed: UInt64) {
        self.seed = seed
        var random = SimulationRandom(seed: seed)
        drawMachines(&random)
        drawWork(&random)
        drawTimes(&random)
        drawLimits(&random)
        // Of its own chance, so that seeds without pools stay what they were.
        var pools = SimulationRandom(seed: seed &+ 0x9001)
        if pools.chance(35) { drawPools(&pools) }
        var times = SimulationRandom(seed: seed &+ 0x7133)
        if times.chance(30) { drawLifetimes(&times) }
    }

    /// The ranks of a pool have their time together, as in an allocation.
    private mutating func drawLifetimes(_ random: inout SimulationRandom) {
        var ofPools: [UniqueKey: Int64] = [:]
        for index in machines.indices where random.chance(70) {
            let lifetime = random.time(50_000_000...2_500_000_000)
            guard let pool = machines[index].pool?.key else {
                machines[index].lifetime = lifetime
                continue
            }
            machines[index].lifetime = ofPools[pool] ?? lifetime
            ofPools[pool] = machines[index].lifetime
        }
    }

    private mutating func drawPools(_ random: inout SimulationRandom) {
        for pool in 0..<random.pick([1, 1, 2]) {
            let size = random.pick(1...4)
            let key = UniqueKey(using: &random)
            let slots = UInt32(random.pick([1, 1, 1, 2, 3]))
            let memory = UInt64(random.pick([0, 1_000]))
            for rank in 0..<size {
                var machine = Machine(
                    name: "p\(pool)r\(rank)", slots: slots, cpus: slots, tags: [],
                    joinsAfter: random.chance(70) ? 0 : random.time(0...activeNanoseconds / 2))
                machine.memoryBytes = memory
                machine.pool = PoolSeat(key: key, rank: UInt32(rank), size: UInt32(size))
                machines.append(machine)
            }
        }
    }

    private mutating func drawMachines(_ random: inout SimulationRandom) {
        for number in 0..<random.pick(1...5) {
            let slots = random.pick([1, 1, 2, 2, 3, 4])
            // Mostly a CPU a slot; with fewer or more, slots and CPUs limit in turn.
            let cpus = random.pick([slots, slots, slots, slots * 2, max(1, slots - 1)])
            machines.append(
                Machine(
                    name: "m\(number)", slots: UInt32(slots), cpus: UInt32(cpus),
                    tags: random.chance(40) ? ["fast"] : [],
                    joinsAfter: random.chance(70) ? 0 : random.time(0...activeNanoseconds / 2),
                    memoryBytes: UInt64(random.pick([0, 100, 1_000, 1_000, 4_000])),
                    gpus: UInt32(random.pick([0, 0, 1, 2, 4])),
                    named: random.chance(40) ? [NamedAmount("fpga", UInt64(random.pick(1...3)))] : [],
                    failurePercent: random.chance(10) ? random.pick([50, 95, 100]) : 0))
        }
    }

    private mutating func drawWork(_ random: inout SimulationRandom) {
        clients = random.pick([1, 1, 2, 3])
        jobs = random.pick(1...6)
        tasks = random.pick([10, 15, 30, 30, 60, 60, 120, 250])
        faults = random.chance(30) ? 0 : random.pick(1...8)
        onlyJumps = random.chance(6)
    }

    private mutating func drawTimes(_ random: inout SimulationRandom) {
        delay = random.pick([20_000...200_000, 100_000...2_000_000, 500_000...10_000_000, 50_000...50_000])
        commitDelay = random.pick([0...0, 0...0, 100_000...5_000_000, 0...20_000_000])
        turnDelay = random.pick([0, 0, 100_000, 300_000])
        // A fifth of what runs outside, in proportion: what is waited for costs events here.
        scheduler.heartbeatLimitNanoseconds = .milliseconds(2_500)
        // With a short one engines come back too late.
        scheduler.recoveryGraceNanoseconds = random.pick([
            .milliseconds(100), .milliseconds(600), .seconds(3),
        ])
        scheduler.awayLimitNanoseconds = .seconds(20)
        scheduler.quarantineNanoseconds = random.time(20_000_000...500_000_000)
        scheduler.quarantineFailures = UInt32(random.pick([2, 3, 5]))
        node.heartbeatMilliseconds = 500
        node.abandonNanoseconds = random.pick([.seconds(2), .seconds(60)])
        node.throttleNanoseconds = .milliseconds(200)
        sessions.heartbeatNanoseconds = .milliseconds(500)
        sessions.silenceNanoseconds = .milliseconds(1_500)
    }

    private mutating func drawLimits(_ random: inout SimulationRandom) {
        if random.chance(40) { scheduler.limits = [NamedAmount("license", UInt64(random.pick(1...4)))] }
        scheduler.scheme = random.chance(75) ? .leastLoad : .lru
        scheduler.highWaterMark = random.pick([nil, nil, nil, nil, nil, 0, 1, 2, 3])
        if random.chance(15) { scheduler.endedJobsKept = random.pick(1...4) }
        if random.chance(10) { scheduler.engineWindowBytes = UInt64(random.pick(60...400)) }
        if random.chance(20) { node.windowBytes = UInt64(random.pick(300...4_000)) }
        if random.chance(10) { node.payloadSoftLimitBytes = random.pick(50...500) }
        if random.chance(30) { ledgerMemoryBytes = random.pick(0...3_000) }
        if random.chance(10) { node.outcomeLimitBytes = random.pick(300...8_000) }
    }
}
