import FarmCore
import Testing

extension TestFarm {
    /// A whole pool of so many ranks, by rank.
    func pool(_ size: UInt32, slots: UInt32 = 1, key: UniqueKey = UniqueKey(high: 9, low: 1))
        -> [EngineHandle]
    {
        (0..<size).map { rank(of: key, $0, size, slots: slots) }
    }

    func rank(
        of key: UniqueKey, _ rank: UInt32, _ size: UInt32, slots: UInt32 = 1, session: UInt64? = nil,
        engine: UniqueKey? = nil, claims: [Claim] = []
    ) -> EngineHandle {
        self.engine(
            "p\(key.low)r\(rank)", slots: slots, key: engine, claims: claims,
            session: session ?? 1_000 * key.low + UInt64(rank)
        ) { $0.pool = PoolSeat(key: key, rank: rank, size: size) }
    }

    /// One rank of the task's gang ends.
    func endRank(
        _ task: TaskID, _ rank: UInt32, _ state: TaskState = .succeeded, cause: Cause? = nil, code: Int32 = 0,
        took: Int64 = .seconds(1)
    ) {
        guard let place = ranks[task]?.firstIndex(where: { $0.seat?.rank == rank }),
            let one = ranks[task]?.remove(at: place)
        else {
            Issue.record("rank \(rank) of task \(task) is nowhere")
            return
        }
        report(one, state, cause: cause, took: took, code: code)
        turn()
    }

    /// All ranks that are left end well.
    func endGang(_ task: TaskID) {
        for one in ranks[task] ?? [] { endRank(task, one.seat!.rank) }
    }

    /// The engines that the task's ranks are at.
    func engines(of task: TaskID) -> [EngineHandle] { (ranks[task] ?? []).map(\.engine) }

    func stops(of task: TaskID) -> [EngineHandle] {
        controls.compactMap {
            guard case .stop(let engine, let name) = $0, name.task == task else { return nil }
            return engine
        }
    }

    /// The kinds of the entries of one task, in order.
    func story(_ task: TaskID) -> [OutcomeEntry.Kind] {
        log.filter { $0.task == task && $0.kind != .sealed }.map(\.kind)
    }
}

extension GroupSpec {
    /// Collective tasks; 0 ranks: all of the pool.
    static func gang(
        _ ranks: UInt32, count: UInt32 = 1, priority: Int32 = 0, retry: RetryPolicy = RetryPolicy(),
        change: (inout TaskPolicy) -> Void = { _ in }
    ) -> GroupSpec {
        tasks(count, priority: priority, retry: retry) {
            $0.collective = ranks
            change(&$0)
        }
    }
}
