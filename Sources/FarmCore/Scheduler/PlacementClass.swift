/// What decides where a task may go: tasks with equal needs, targets and exclusions are one class.
struct PlacementClass: Hashable {
    var needs: Needs
    /// Names, numbers and tags of engines, sorted; empty for any.
    var targets: [String]
    /// The only engines' numbers, sorted, where it may run because others ran there; nil for any.
    var only: [UInt32]?
    /// Numbers of engines where it cannot run, as its check has said there; sorted.
    var never: [UInt32] = []
    /// Numbers of engines where it failed: the others come first, and these if there are no others.
    var avoided: [UInt32] = []
    /// So many ranks of one pool together, or all of it if 0; nil: one engine.
    var collective: UInt32?
    /// Nanoseconds that an engine must have left to be given one of them; 0: nobody knows how long they take.
    var lasting: Int64 = 0

    /// Any engine will do and one CPU is enough.
    var isPlain: Bool {
        targets.isEmpty && needs.isPlain && only == nil && never.isEmpty && avoided.isEmpty
            && collective == nil
    }

    /// It names engines in some way, so that none may be left.
    var isChoosy: Bool { !targets.isEmpty || only != nil || !never.isEmpty }

    /// Whether the engine is one of those that it may go to, whatever the engine has.
    func names(_ engine: borrowing EngineRecord) -> Bool {
        if !engine.info.isTarget(of: targets, id: engine.id) { return false }
        if let only, !only.contains(engine.id.raw) { return false }
        return !never.contains(engine.id.raw)
    }
}

/// A placement class in the scheduler's table, as long as some queue is of it.
struct ClassRecord {
    var placement: PlacementClass
    /// As it stands in `placement`, for the hot path.
    var cpus: UInt32
    var lasting: Int64
    var isPlain: Bool
    /// It needs more than CPUs of its engine or the farm: memory, GPUs or what has a name.
    var isSpecial: Bool
    /// Its tasks go to several ranks of a pool at once.
    var isCollective: Bool
    /// Any engine that has enough will do.
    var isAnywhere: Bool
    /// Of the farm's limits: which, and how much.
    var limits: [(limit: Int, amount: UInt64)] = []
    /// How much had been given away of each of `limits` when the class came to lack some; empty: it does not,
    /// or one of it was sent since.
    var shortSince: [UInt64] = []
    /// The turn in which it took over what was kept for another.
    var tookLimitsIn: UInt64 = 0
    /// Of its tasks that were looked at last; known only of a class with limits.
    var priority = Int32.min
    /// Other named needs: those of the engine.
    var named: [NamedAmount] = []
    /// Queues of it.
    var users = 0
    /// Some engine was one that it names, so that its leaving can make the class impossible.
    var wasAdmitted = false
    /// No engine has room for it: its queues are parked until one may have.
    var isBlocked = false
    /// The prefetch depth of the task that found no room.
    var blockedDepth: UInt32 = 0
    /// Its parked queues, by level and owner.
    var parked: [ParkedQueues] = []
}

/// A class that no engine has room for, with what of its needs is looked at first.
struct BlockedClass {
    var number: Int32
    var gpus: UInt32
    var memoryBytes: UInt64
}

/// An engine's place in the order of choice: load first, in 1/1024 of its slots or CPUs, then last use.
struct EngineKey: Comparable {
    private var raw: UInt64

    /// Beyond 16,383 times its slots, or a million million dispatches later, the order is not exact.
    init(load: UInt64, lastUsed: UInt64) {
        raw = min(load, (1 << 24) - 1) << 40 | lastUsed & ((1 << 40) - 1)
    }

    var load: UInt64 { raw >> 40 }

    static func < (a: EngineKey, b: EngineKey) -> Bool { a.raw < b.raw }

    /// The load of an engine all of whose slots (or CPUs) are taken.
    static let full: UInt64 = 1 << 10
}
