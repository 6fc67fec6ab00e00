/// A rank whose engine has left, and that no other has taken since.
struct DepartedRank {
    var pool: UniqueKey
    var rank: UInt32
    var engine: EngineID
    var name: String
    /// It was told to stop; else it was drained, or told to leave on its own host.
    var wasStopped: Bool

    func isOf(_ seat: PoolSeat) -> Bool { pool == seat.key && rank == seat.rank }

    /// So many are remembered; then the oldest are forgotten.
    static let most = 256
}

/// A rank of a pool that can be given nothing, and why.
public struct IdleRank: Equatable, Sendable {
    /// What is the matter with it.
    public enum Trouble: Equatable, Sendable {
        /// No engine has said that it is this rank.
        case neverCame
        /// Its engine was stopped.
        case stopped
        /// Its engine was drained, or was told to leave on its own host.
        case left
        /// It was told to leave.
        case draining
        /// Its pool was broken, and it has still to leave.
        case startsAnew
        case quarantined
        /// `joining`, `disconnected`, `away` or `expected`.
        case notHere(String)
    }

    public var rank: UInt32
    /// `none` if it has never come.
    public var engine: EngineID
    public var name: String
    public var trouble: Trouble

    public init(rank: UInt32, engine: EngineID = .none, name: String = "", _ trouble: Trouble) {
        self.rank = rank
        self.engine = engine
        self.name = name
        self.trouble = trouble
    }
}

/// Attempts that an engine had when it was given up.
public struct GivenUpAttempts: Equatable, Sendable {
    /// Ordinary ones, which are queued again while their tries last.
    public var ordinary = 0
    /// In lanes, where nothing runs twice.
    public var inLanes = 0
    /// Parts of collective tasks.
    public var ranks = 0

    public init(ordinary: Int = 0, inLanes: Int = 0, ranks: Int = 0) {
        self.ordinary = ordinary
        self.inLanes = inLanes
        self.ranks = ranks
    }
}

// How pools break: what the ranks share is gone with any of them, however it went (conformance 56).
extension Scheduler {
    /// The engine leaves as it was told to. If it does not come back by itself, it is remembered why its rank
    /// is empty.
    mutating func departFromPool(_ engine: Int32, into actions: inout SchedulerActions) {
        guard let seat = engines[engine].info.pool else { return }
        if !engines[engine].startsAnew {
            departedRanks.removeAll { $0.isOf(seat) }
            if departedRanks.count >= DepartedRank.most { departedRanks.removeFirst() }
            departedRanks.append(
                DepartedRank(
                    pool: seat.key, rank: seat.rank, engine: engines[engine].id,
                    name: engines[engine].info.name, wasStopped: engines[engine].leaveNow))
        }
        breakPool(of: engine, into: &actions)
    }

    /// Whether some rank of the pool may still be at a collective task.
    func runsGangs(_ pool: UniqueKey?) -> Bool {
        guard let pool else { return false }
        return gangs.values.contains { key(of: $0) == pool }
    }

    /// The pool that the gang runs on.
    func key(of gang: Gang) -> UniqueKey? {
        if let key = gang.claimedIn { return key }
        for member in gang.members {
            if let engine = engineByID[member.engine.raw] { return engines[engine].info.pool?.key }
        }
        return nil
    }

    /// A gang has ended on the pool: who waited for that to leave is told to, once nothing else runs there.
    mutating func letLeave(_ pool: UniqueKey?, into actions: inout SchedulerActions) {
        guard let pool, let number = poolIndex[pool], !runsGangs(pool) else { return }
        for engine in pools[number].seats where engine >= 0 && engines[engine].leavesAfterGangs {
            engines[engine].leavesAfterGangs = false
            actions.controls.append(.leave(handle(of: engine), now: false))
        }
    }

    /// One rank is gone, and what the ranks share with it: the others leave at once, and what they run is
    /// given back free of charge. Those that leave anyway finish what they run.
    mutating func breakPool(of engine: Int32, into actions: inout SchedulerActions) {
        guard let seat = engines[engine].info.pool, let pool = poolIndex[seat.key],
            !engines[engine].isOfBrokenPool
        else { return }
        engines[engine].isOfBrokenPool = true
        var restarted = 0
        for other in pools[pool].seats where other >= 0 && other != engine {
            if case .away = engines[other].presence { continue }
            engines[other].isOfBrokenPool = true
            guard !engines[other].isDraining, !isRunningOut(other) else { continue }
            sendAway(other)
            restarted += 1
            actions.controls.append(.startAnew(handle(of: other)))
        }
        if restarted > 0 {
            actions.controls.append(.poolBroken(seat, engines[engine].id, restarted: restarted))
        }
        unblockAll()
    }

    /// The same for one that was in the roster and is not back after a restart: ranks that were there with
    /// it leave, now or as soon as they are back.
    mutating func breakPool(ofAbsent engine: Int32, into actions: inout SchedulerActions) {
        guard let seat = engines[engine].info.pool, !engines[engine].isOfBrokenPool else { return }
        engines[engine].isOfBrokenPool = true
        var restarted = 0
        for other in engines.slots
        where other != engine && engines[other].id.raw < firstNewEngine && !engines[other].isDraining
            && engines[other].info.pool.map({ $0.key == seat.key }) ?? false
        {
            if case .away = engines[other].presence { continue }
            sendAway(other)
            guard engines[other].presence == .attached else { continue }
            restarted += 1
            actions.controls.append(.startAnew(handle(of: other)))
        }
        if restarted > 0 {
            actions.controls.append(.poolBroken(seat, engines[engine].id, restarted: restarted))
        }
        unblockAll()
    }

    /// It leaves and starts anew, as its pool is broken.
    mutating func sendAway(_ engine: Int32) {
        engines[engine].isOfBrokenPool = true
        engines[engine].isDraining = true
        engines[engine].leaveNow = true
        engines[engine].startsAnew = true
        engines[engine].leavesAfterGangs = false
        reorder(engine)
    }

    /// Attempts that the engine holds as a rank of collective tasks. O(attempts there).
    func rankCount(at engine: Int32) -> UInt32 {
        guard engines[engine].info.pool != nil else { return 0 }
        var count: UInt32 = 0
        var slot = engines[engine].head
        while slot >= 0 {
            if live[slot].flags.contains(.rank) { count += 1 }
            slot = live[slot].next
        }
        return count
    }

    /// The pool's ranks that take nothing, by rank.
    func idleRanks(of pool: Int32) -> [IdleRank] {
        pools[pool].seats.enumerated().compactMap { place, engine in
            let rank = UInt32(place)
            guard engine >= 0 else { return emptySeat(rank, of: pools[pool].key) }
            let record = engines[engine]
            guard let trouble = trouble(of: engine) else { return nil }
            return IdleRank(rank: rank, engine: record.id, name: record.info.name, trouble)
        }
    }

    private func emptySeat(_ rank: UInt32, of pool: UniqueKey) -> IdleRank {
        // After a restart nobody has a seat before it is back.
        let holder = engines.slots.first {
            engines[$0].info.pool.map { $0.key == pool && $0.rank == rank } ?? false
        }
        if let holder {
            let record = engines[holder]
            return IdleRank(
                rank: rank, engine: record.id, name: record.info.name, .notHere(presence(of: holder)))
        }
        guard let last = departedRanks.last(where: { $0.pool == pool && $0.rank == rank }) else {
            return IdleRank(rank: rank, .neverCame)
        }
        return IdleRank(
            rank: rank, engine: last.engine, name: last.name, last.wasStopped ? .stopped : .left)
    }

    private func trouble(of engine: Int32) -> IdleRank.Trouble? {
        if engines[engine].presence != .attached || !engines[engine].isRecorded {
            return .notHere(presence(of: engine))
        }
        if engines[engine].startsAnew { return .startsAnew }
        if engines[engine].isDraining { return .draining }
        return engines[engine].quarantine.isClosed ? .quarantined : nil
    }
}
