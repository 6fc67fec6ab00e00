/// Engines that say that they are ranks together.
struct PoolRecord {
    var key: UniqueKey
    /// Engines by rank; -1 where none has come or it is gone.
    var seats: [Int32]

    var isEmpty: Bool { !seats.contains { $0 >= 0 } }
}

/// One attempt at a collective task: the same dispatch at several ranks of a pool. The task's own record is
/// at no engine meanwhile; each rank has a record beside it.
struct Gang {
    struct Member {
        var engine: EngineID
        /// Its record; -1 once it has ended.
        var slot: Int32
        var poolRank: UInt32
    }

    /// What ended it for all; the first such end counts.
    enum End {
        case failed(OutcomeEntry, errorName: String, isFree: Bool)
        /// `isCharged`: it may have begun.
        case lost(EngineID, isCharged: Bool)
        /// A rank's engine gave it back: nobody's fault. `isCounted`: but not for ever.
        case returned(EngineID, isCounted: Bool)
    }

    /// The task's own record.
    var head: Int32
    /// By rank in the gang.
    var members: [Member] = []
    /// Those that have not ended.
    var left = 0
    var end: End?
    /// After a restart: so many ranks have still to be claimed, by engines of this pool. They are not in
    /// `members`, and those that are stand there in no order.
    var unclaimed = 0
    var claimedIn: UniqueKey?
    /// It is all of that pool.
    var isWholePool = false
    /// Not all ranks will be claimed, or the ledger has the end of one: nothing more is written of them.
    var isGivenUp = false
    /// Of the ranks that have ended: when the first began and the last ended, and what they took together.
    var startedAt = Instant.never
    var endedAt = Instant.zero
    var cpuNanoseconds: Int64 = 0
    var peakMemoryKiB: UInt32 = 0

    var hasEnded: Bool { left == 0 && unclaimed == 0 }
}

/// Ranks that are kept free for the gang that goes next, which has no room yet. Made anew each turn: until
/// the gang's turn comes it is open, so that what goes before finds them free, but nothing is sent to wait
/// there.
struct GangHold {
    var task = TaskID(raw: .max)
    /// The gang's class.
    var number: Int32 = -1
    /// Its pool; stays when the ranks are let go, so that the gang is not moved about between pools.
    var pool: Int32 = -1
    var engines: [Int32] = []
    /// When all of them will be free at the latest; `never` if nobody can tell.
    var until = Instant.never
    /// Nanoseconds until then: what ends in that time may go there before. 0: nothing may.
    var window: Int64 = 0
    /// Tasks that were looked at and take longer.
    var passed = 0
    var isOpen = false

    var isOn: Bool { !engines.isEmpty }
}
