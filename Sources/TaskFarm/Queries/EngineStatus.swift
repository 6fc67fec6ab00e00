/// An engine of the farm, at one moment.
public struct EngineStatus: Sendable, Decodable, Identifiable {
    /// Its number.
    public let id: EngineID
    /// Its name.
    public let name: String
    /// The host it runs on.
    public let host: String
    /// Its process there.
    public let pid: Int
    /// Attempts that it runs at once.
    public let slots: Int
    /// CPUs that it offers.
    public let cpus: Int
    /// Bytes of memory that it offers; 0: none to tasks that say what they need.
    public let memoryBytes: UInt64
    /// GPUs that it offers.
    public let gpus: Int
    /// What else it offers, by name.
    public let named: [String: UInt64]
    /// What it is known by beside its name.
    public let tags: [String]
    /// What the attempts that it holds take of all that.
    public let committed: Committed
    /// Attempts that it holds, in a slot or before it.
    public let load: Int
    /// `attached`, or why it is not: `disconnected`, `away`, `expected`.
    public let presence: String
    /// Whether it takes nothing new.
    public let isDraining: Bool
    /// It is quarantined, since too much failed on it at once: it gets nothing before this, and then one task
    /// to begin with. Nil for most.
    public let quarantinedUntil: Instant?
    /// That time is over, and it has yet to do a task well.
    public let isProbing: Bool
    /// When it leaves by itself, as before the end of its allocation; nil: it does not.
    public let until: Instant?
    /// Attempts that have ended there.
    public let endedCount: Int
    /// The tasks it holds.
    public let tasks: [TaskID]
    /// Its lanes with unfinished tasks, by name.
    public let lanes: [Lane]

    /// Its place in its pool; nil for an engine of none.
    public let pool: Pool?
    /// Attempts of `load` that are ranks of collective tasks.
    public let rankLoad: Int

    /// A place in a pool.
    public struct Pool: Sendable, Hashable, Decodable {
        /// The pool's key: 32 hexadecimal digits.
        public let key: String
        /// From 0.
        public let rank: Int
        /// Ranks in the pool.
        public let size: Int
    }

    /// A serial queue of an engine.
    public struct Lane: Sendable, Hashable, Decodable {
        /// Its name.
        public let name: String
        /// Tasks that the engine has: 0 or 1, but for what a restart of the controller finds there.
        public let running: Int
        /// Tasks that wait behind those.
        public let queued: Int
    }

    /// What attempts take of an engine.
    public struct Committed: Sendable, Hashable, Decodable {
        /// CPUs.
        public let cpus: Int
        /// Bytes.
        public let memory: UInt64
        /// GPUs.
        public let gpus: Int
        /// What else, by name.
        public let named: [String: UInt64]
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, host, pid, slots, cpus, load, presence, draining, ended, tasks, lanes
        case memory, gpus, named, tags, committed, probing, until, pool, ranks
        case quarantinedUntil = "quarantined_until"
    }

    /// Reads one of the answers to `engines`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = EngineID(try values.decode(UInt32.self, forKey: .id))
        name = try values.decode(String.self, forKey: .name)
        host = try values.decode(String.self, forKey: .host)
        pid = try values.decode(Int.self, forKey: .pid)
        slots = try values.decode(Int.self, forKey: .slots)
        cpus = try values.decode(Int.self, forKey: .cpus)
        memoryBytes = try values.decodeIfPresent(UInt64.self, forKey: .memory) ?? 0
        gpus = try values.decodeIfPresent(Int.self, forKey: .gpus) ?? 0
        named = try values.decodeIfPresent([String: UInt64].self, forKey: .named) ?? [:]
        tags = try values.decodeIfPresent([String].self, forKey: .tags) ?? []
        committed =
            try values.decodeIfPresent(Committed.self, forKey: .committed)
            ?? Committed(cpus: 0, memory: 0, gpus: 0, named: [:])
        quarantinedUntil = try values.laterInstant(.quarantinedUntil)
        until = try values.laterInstant(.until)
        isProbing = try values.decodeIfPresent(Bool.self, forKey: .probing) ?? false
        load = try values.decode(Int.self, forKey: .load)
        presence = try values.decode(String.self, forKey: .presence)
        isDraining = try values.decode(Bool.self, forKey: .draining)
        endedCount = try values.decode(Int.self, forKey: .ended)
        tasks = try values.tasks(.tasks)
        lanes = try values.decodeIfPresent([Lane].self, forKey: .lanes) ?? []
        pool = try values.decodeIfPresent(Pool.self, forKey: .pool)
        rankLoad = try values.decodeIfPresent(Int.self, forKey: .ranks) ?? 0
    }
}

struct EngineList: Decodable {
    var engines: [EngineStatus]
}
