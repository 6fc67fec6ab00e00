/// What an engine says of itself in its hello.
public struct EngineInfo: Equatable, Sendable {
    /// Attempts at once, at least 1.
    public var slots: UInt32
    /// CPUs it offers, at least 1.
    public var cpus: UInt32
    /// When it takes its leave, as before the end of its allocation, by the clock of whoever holds this: the
    /// hello says how much is left. `never` if its time has no end.
    public var until: Instant
    /// Chosen by the engine at its start and kept until it ends, however often it reconnects.
    public var key: UniqueKey
    /// Chosen by whoever started it, else `HOST-PID`.
    public var name: String
    public var host: String
    /// The nanny's process id; the worker is its child.
    public var pid: Int32
    public var tags: [String]
    /// Bytes of memory that it offers; 0: none to tasks that say what they need.
    public var memoryBytes: UInt64
    public var gpus: UInt32
    /// What else it offers, by rising name.
    public var named: [NamedAmount]
    /// Its place among the engines of its pool; nil if it is of none.
    public var pool: PoolSeat?

    public init(
        key: UniqueKey, name: String, host: String = "", pid: Int32 = 0, slots: UInt32 = 1,
        cpus: UInt32? = nil, tags: [String] = [], memoryBytes: UInt64 = 0, gpus: UInt32 = 0,
        named: [NamedAmount] = [], pool: PoolSeat? = nil,
        until: Instant = .never
    ) {
        self.key = key
        self.name = name
        self.host = host
        self.pid = pid
        self.slots = slots
        self.cpus = cpus ?? slots
        self.tags = tags
        self.memoryBytes = memoryBytes
        self.gpus = gpus
        self.named = named.sorted { $0.name < $1.name }
        self.pool = pool
        self.until = until
    }
}

/// A dispatch that a re-attaching engine still holds, or whose result it has not been able to deliver.
public struct Claim: Equatable, Sendable {
    public enum Phase: UInt8, Sendable {
        case queued = 0
        case running = 1
        /// Ended; the result follows.
        case finished = 2
    }

    public var name: DispatchName
    public var phase: Phase

    public init(name: DispatchName, phase: Phase) {
        self.name = name
        self.phase = phase
    }
}
