/// What a pool has for a collective task.
public struct PoolChance: Equatable, Sendable {
    /// The pool's key.
    public var pool: UniqueKey
    /// Ranks that it has, and those that are here.
    public var size: UInt32
    public var here: UInt32
    /// Of those, how many could run a rank of the task, and how many have room for it now.
    public var able: UInt32
    public var free: UInt32
    /// Ranks that the task needs of it.
    public var needed: UInt32
    /// Ranks of it that are kept free.
    public var kept: UInt32 = 0
    /// For which task, and until when at the latest; nil if nobody can tell.
    public var keptFor: TaskID?
    public var keptUntil: Instant?
    /// Ranks that take nothing, by their numbers: the first few, and how many there are.
    public var idle: [IdleRank] = []
    public var idleCount = 0
    /// What is wrong with the first rank that has too little time left, in words; nil if none has.
    public var timeShortage: String?

    /// It will never have enough, whatever its ranks do.
    public var isTooSmall: Bool { needed > size }
}

extension Scheduler {
    /// Why a collective task that could run has not been sent.
    func whyNoRanks(_ id: TaskID, _ queue: Int32, _ time: ReckonedTime) -> WaitReason {
        let number = ready.queues[queue].key.placement
        let chances = pools.slots.map { chance(of: number, in: $0, time) }.sorted {
            ($0.free, $0.able, $0.pool.high, $0.pool.low) > ($1.free, $1.able, $1.pool.high, $1.pool.low)
        }
        let isPossible = pools.slots.contains { mayEverHold($0, number) }
        return isPossible ? .waitsForRanks(place(of: id, queue), chances) : .noPoolCan(chances)
    }

    private func chance(of number: Int32, in pool: Int32, _ time: ReckonedTime) -> PoolChance {
        let seats = pools[pool].seats
        let here = seats.filter {
            $0 >= 0 && engines[$0].presence == .attached && engines[$0].isRecorded
        }
        let suited = here.filter { suits($0, number) }
        let able = suited.filter { lasts($0, number, from: time.now) }
        let short = suited.first { !lasts($0, number, from: time.now) }
        let free = able.filter {
            engines[$0].mayTake && fitsNow($0, number) && !holdsRank($0) && mayUse($0, number)
        }
        var chance = PoolChance(
            pool: pools[pool].key, size: UInt32(seats.count), here: UInt32(here.count),
            able: UInt32(able.count), free: UInt32(free.count),
            needed: UInt32(ranks(of: number, in: pool)))
        let idle = idleRanks(of: pool)
        chance.idle = Array(idle.prefix(4))
        chance.idleCount = idle.count
        chance.timeShortage = short.flatMap { timeShortage($0, number, time) }
        guard hold.isOn, hold.pool == pool else { return chance }
        chance.kept = UInt32(hold.engines.count)
        chance.keptFor = hold.task
        chance.keptUntil = hold.until == .never ? nil : hold.until
        return chance
    }
}
