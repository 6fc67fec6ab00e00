// Pools: engines that were started together, each with its rank. A pool runs collective tasks while all of
// its ranks are here, and is lost as a unit (conformance 56).
extension Scheduler {
    /// Why the engine cannot have the seat that it names, in words; nil if it can. One that has lost its
    /// engine is free for another.
    mutating func seatProblem(
        _ info: EngineInfo, _ principal: String, at now: Instant, into actions: inout SchedulerActions
    ) -> String? {
        guard let seat = info.pool else { return nil }
        if let problem = seat.problem { return "engine \(info.name) says that it is \(problem)" }
        if heldUntil != nil, let problem = expectedHolder(of: seat, besides: info.key) { return problem }
        guard let pool = poolIndex[seat.key] else { return nil }
        let size = pools[pool].seats.count
        guard size == Int(seat.size) else {
            return
                "engine \(info.name) says that its pool \(seat.key) has \(seat.size) ranks, and others of it"
                + " say \(size); start all ranks of a pool with the same size"
        }
        let holder = pools[pool].seats[Int(seat.rank)]
        guard holder >= 0, engines[holder].info.key != info.key else { return nil }
        guard engines[holder].principal == principal || engines[holder].principal.isEmpty else {
            return "rank \(seat.rank) of pool \(seat.key) belongs to another holder"
        }
        switch engines[holder].presence {
        case .attached where info.pid > 0 && isSuccessor(info, of: engines[holder].info):
            actions.controls.append(.resetSession(engines[holder].session))
            lose(holder, "its worker died and was started again", at: now, into: &actions)
            replace(holder, at: now, into: &actions)
        case .attached, .expected:
            return "rank \(seat.rank) of pool \(seat.key) is engine \(engines[holder].id)"
                + " (\(engines[holder].info.name)) already; this one waits until that"
                + " has left: give each engine of a pool a rank of its own"
        case .disconnected:
            lose(holder, "another engine took its place in its pool", at: now, into: &actions)
            replace(holder, at: now, into: &actions)
        case .away:
            replace(holder, at: now, into: &actions)
        }
        return nil
    }

    /// After a restart: the seat is one's who is expected back.
    private func expectedHolder(of seat: PoolSeat, besides key: UniqueKey) -> String? {
        let holder = engines.slots.first {
            engines[$0].presence == .expected && engines[$0].info.key != key && !engines[$0].isDraining
                && engines[$0].info.pool.map { $0.key == seat.key && $0.rank == seat.rank } ?? false
        }
        return holder.map {
            "rank \(seat.rank) of pool \(seat.key) is engine \(engines[$0].id) (\(engines[$0].info.name)), which"
                + " is waited for since the controller was started again; this one waits meanwhile"
        }
    }

    /// Gives the engine its seat. Precondition: nobody else has it.
    mutating func takeSeat(_ engine: Int32) {
        guard let seat = engines[engine].info.pool else { return }
        let pool: Int32
        if let known = poolIndex[seat.key] {
            pool = known
        } else {
            pool = pools.insert(
                PoolRecord(key: seat.key, seats: [Int32](repeating: -1, count: Int(seat.size))))
            poolIndex[seat.key] = pool
        }
        pools[pool].seats[Int(seat.rank)] = engine
        if !departedRanks.isEmpty { departedRanks.removeAll { $0.isOf(seat) } }
    }

    mutating func leaveSeat(_ engine: Int32) {
        // What the ledger says of an engine's seat may be of another pool of that key.
        guard let seat = engines[engine].info.pool, let pool = poolIndex[seat.key],
            Int(seat.rank) < pools[pool].seats.count, pools[pool].seats[Int(seat.rank)] == engine
        else { return }
        pools[pool].seats[Int(seat.rank)] = -1
        guard pools[pool].isEmpty else { return }
        poolIndex[seat.key] = nil
        pools.remove(pool)
    }

    /// A nanny has one worker at a time.
    private func isSuccessor(_ info: EngineInfo, of other: EngineInfo) -> Bool {
        info.pid == other.pid && info.host == other.host && info.name == other.name
    }

    /// All ranks are here and safe in the roster.
    func isWhole(_ pool: Int32) -> Bool {
        pools[pool].seats.allSatisfy {
            $0 >= 0 && engines[$0].presence == .attached && engines[$0].isRecorded
        }
    }

    /// Ranks that a task of the class takes of this pool.
    func ranks(of number: Int32, in pool: Int32) -> Int {
        switch classes[number].placement.collective {
        case .some(let wanted) where wanted > 0: Int(wanted)
        default: pools[pool].seats.count
        }
    }

    /// Whether the pool has enough ranks for the class, or may have once those that are missing come.
    func mayEverHold(_ pool: Int32, _ number: Int32) -> Bool {
        let able = pools[pool].seats.count { $0 < 0 || suits($0, number) }
        let count = ranks(of: number, in: pool)
        return able >= count && isWithinLimits(number, times: UInt64(count))
    }

    /// Whether the engine could run a rank of the class if it had nothing else to do. Where a rank failed
    /// before is no hindrance: the pool may be the only one.
    func suits(_ engine: Int32, _ number: Int32) -> Bool {
        classes[number].placement.names(engines[engine]) && hasTags(number, engine) && canHold(engine, number)
    }
}
