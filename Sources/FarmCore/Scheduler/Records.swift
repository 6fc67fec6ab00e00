/// A job, as long as it is remembered.
struct JobRecord {
    var id: JobID
    var key: UniqueKey
    var header: JobHeader
    var owner: Int32
    var priorityCap: Int32
    var submittedAt: Instant
    /// After a restart: that in which it was accepted. Its number may have been another's before.
    var epoch: UInt32 = 0
    /// After a restart: so many tasks of it were in the ledger.
    var recoveredTasks: UInt32 = 0
    /// Its groups of which tasks were tried before their dependencies are met.
    var earlyGroups: Set<Int32> = []
    var endedAt = Instant.zero
    /// When the last of the tasks that have ended did.
    var newestEnd = Instant.zero
    /// The next part that is expected.
    var nextPart: UInt32 = 0
    /// All parts are in.
    var isSealed = false
    /// Parts of a sealed submission that wait for the last one.
    var held: [(SubmissionPart, [BlockRef])] = []
    var templateCount: UInt32 = 0
    var groups: [Int32] = []
    var taskCount: UInt32 = 0
    var counts = StateCounts()
    /// Conditions that wait for the whole job while parts may still come.
    var openWatchers: [ConditionRef] = []
    /// Other jobs that it waits for, and how many unfinished ones wait for it: those keep it remembered.
    var dependsOn: Set<UInt32> = []
    var dependents = 0
    /// Outcome entries written: the newest cursor.
    var entries: UInt64 = 0
    /// Nothing of it is sent until it is resumed.
    var isPaused = false
    /// That of the whole job; -1 for none.
    var brake: Int32 = -1
    /// Tasks, from the first on, that the ledger has safe. Counted for those in lanes only.
    var safeTasks: UInt32 = 0

    var hasEnded: Bool { isSealed && counts.unfinished == 0 }
}

/// A task that was sent at least once, or was touched otherwise, and has not ended.
struct LiveTask {
    struct Flags: OptionSet {
        var rawValue: UInt8
        static let recalling = Flags(rawValue: 1)
        static let cancelRequested = Flags(rawValue: 2)
        /// Known from the ledger, tried before, and held with its group: some engine may have it.
        static let held = Flags(rawValue: 4)
        /// It was told to stop because its deadline has passed.
        static let deadlinePassed = Flags(rawValue: 8)
        /// A second attempt of a straggler, beside the task's own record.
        static let copy = Flags(rawValue: 16)
        /// The task's own record while a gang runs it, whose ranks have records beside it; it is at no
        /// engine itself.
        static let gang = Flags(rawValue: 32)
        /// One rank's attempt of a gang, beside the task's own record.
        static let rank = Flags(rawValue: 64)
        /// Known from the ledger: some rank of its last attempt has ended, but not the attempt.
        static let rankEnded = Flags(rawValue: 128)
    }

    var id: TaskID
    var group: Int32
    /// -1: at none.
    var engine: Int32 = -1
    /// Of the last dispatch; 0 before the first.
    var attempt: UInt32 = 0
    var epoch: UInt32 = 0
    var state: TaskState
    var flags: Flags = []
    var failures: UInt32 = 0
    var timeouts: UInt32 = 0
    var losses: UInt32 = 0
    var memoryFailures: UInt32 = 0
    /// The recovery that it is in, from 1; 0: none yet.
    var stage: UInt8 = 0
    /// A task that waits for its next try waits until then.
    var notBefore = Instant.zero
    /// When the last dispatch was sent; zero for one of an earlier incarnation.
    var sentAt = Instant.zero
    /// Times that an engine stopped it unasked.
    var returns: UInt8 = 0
    /// The next dispatch is another attempt (else the last one never began).
    var wantsNewAttempt = true
    var payloadBytes: UInt32 = 0
    /// A queue of its own, if it may not go where its group's tasks may; else -1.
    var queue: Int32 = -1
    /// In the table of what only few tasks have; -1 for nothing.
    var extra: Int32 = -1
    /// Slot-nanoseconds that its owner and job were charged for the last dispatch.
    var charged: Int64 = 0
    /// The other of two attempts that race; -1 for none.
    var twin: Int32 = -1
    /// Attempts up to this number have been used.
    var newestAttempt: UInt32 = 0
    /// Neighbours in the engine's list, in order of dispatch.
    var next: Int32 = -1
    var previous: Int32 = -1

    /// It stands for the task, not for an attempt beside the task's own record.
    var isTask: Bool { flags.isDisjoint(with: [.copy, .rank]) }
    /// It was sent and has not ended.
    var isOut: Bool { engine >= 0 || flags.contains(.gang) }
}

/// What few live tasks have.
struct TaskExtra {
    /// Engines where its check said no.
    var never: [UInt32] = []
    /// Engines where it failed, if it is to avoid them.
    var avoided: [UInt32] = []
}

/// An engine of the roster.
struct EngineRecord {
    enum Presence: Equatable {
        case attached
        /// The connection broke; until then it may come back with its attempts.
        case disconnected(until: Instant)
        /// Lost, its attempts are queued again; it is forgotten then.
        case away(until: Instant)
        /// Known from the ledger after a restart and not back yet.
        case expected
    }

    // What each dispatch and each result touches stands together, from the quarantine's last fields to the
    // first of `info`: with thousands of engines it is their memory that takes the time.
    var quarantine = Quarantine()
    var id: EngineID
    var presence: Presence
    /// Its place in the roster is safe: until then it gets nothing, for after a crash nobody would know that
    /// it may be running something.
    var isRecorded = true
    var isDraining = false
    /// It has let something go since the last dispatching.
    var isDirty = false
    /// It is kept free for the front gang.
    var isKept = false
    /// Attempts it holds.
    var outstanding: UInt32 = 0
    var recallsPending: UInt32 = 0
    /// First and last of its attempts, in order of dispatch.
    var head: Int32 = -1
    var tail: Int32 = -1
    var cpusCommitted: UInt64 = 0
    var outstandingBytes: UInt64 = 0
    /// When it was last given something, as a count of dispatches.
    var lastUsed: UInt64 = 0
    var tasksEnded: UInt64 = 0
    var lastResultAt: Instant
    var info: EngineInfo

    var principal: String
    var session: SessionID
    var lastHeard: Instant
    /// It was told to stop what it runs, too.
    var leaveNow = false
    /// It is told to leave when its pool runs nothing any more: a rank that leaves breaks it.
    var leavesAfterGangs = false
    /// And to start anew then, for its pool was broken.
    var startsAnew = false
    /// It is away, and known not to come back. Until the time is over in which another may take its place,
    /// ordinary tasks wait for that one; lanes, which are this engine's own, wait for nobody.
    var isDead = false
    /// When it came first; long ago if that was before a restart.
    var joinedAt = Instant.zero
    /// A rank of its pool has gone since it came: what they shared is no more.
    var isOfBrokenPool = false
    /// Nanoseconds for which controllers have waited for it after restarts, since it was here last.
    var awaited: Int64 = 0
    var memoryCommitted: UInt64 = 0
    var gpusCommitted: UInt64 = 0
    /// What has a name and is in use, without zeros.
    var namedCommitted: [String: UInt64] = [:]
    /// Its list was walked in vain for something to call back; not again before this.
    var walkAgainAt = Instant.zero
    /// Those that are in use, by name.
    var lanes: [String: Int32] = [:]

    /// It may be given something.
    var mayTake: Bool { presence == .attached && isRecorded && !isDraining && !quarantine.isClosed }
    /// It may be given one task, to see whether that goes well.
    var isProbing: Bool { quarantine.isProbing }
}

/// What a dependency still lacks.
struct Condition {
    var group: Int32
    var quorum: Dependency.Quorum
    var when: Dependency.When
    /// Tasks it speaks of; grows while an open job is among its sources.
    var total: UInt64 = 0
    var hits: UInt64 = 0
    var misses: UInt64 = 0
    /// Open jobs among its sources: `all` cannot be met before they are sealed.
    var openJobs: Int32 = 0
    var sourceCount = 0
    /// The first task that ended otherwise than asked, or that task's own root.
    var missRoot: TaskID?
    /// Neighbours among its group's conditions; -1: none.
    var next: Int32 = -1
    var previous: Int32 = -1

    var needed: UInt64 {
        switch quorum {
        case .all: total
        case .any: min(1, total)
        case .atLeast(let n): UInt64(n)
        }
    }

    var isMet: Bool {
        if case .all = quorum { return openJobs == 0 && hits == total }
        return hits >= needed && (total > 0 || openJobs == 0)
    }

    var isUnreachable: Bool {
        if case .all = quorum { return misses > 0 }
        return openJobs == 0 && total - misses < needed
    }
}

/// A condition in the scheduler's table, with the generation it had.
struct ConditionRef: Equatable {
    var slot: Int32
    var generation: UInt32
}

/// A condition's view of one group.
struct Watch {
    var condition: ConditionRef
    var seenHits: UInt32 = 0
    var seenMisses: UInt32 = 0
    /// Tasks of the group that the condition has counted into its total.
    var seenCount: UInt32 = 0
    /// The one before it of the same group; -1 for none.
    var next: Int32
}
