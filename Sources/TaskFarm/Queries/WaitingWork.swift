/// What waits for engines, for who starts them.
public struct WaitingFarm: Sendable, Decodable {
    /// Ready tasks that are at no engine, by what they need.
    public let work: [WaitingWork]
    /// The controller is about to end, and has its engines leave: none are to be started.
    public let isStopping: Bool

    private enum CodingKeys: String, CodingKey {
        case work = "backlog"
        case isStopping = "stopping"
    }
}

/// Tasks that could run on one kind of engine, and wait for one: what more engines would do.
public struct WaitingWork: Sendable, Hashable, Decodable {
    /// How many they are.
    public var tasks: UInt64
    /// How long they are thought to take, one after the other; 0 if nobody knows.
    public var nanoseconds: Int64
    /// So many of them may run at the same moment, by brakes and limits of the farm.
    public var atOnce: UInt64
    /// CPUs that each needs.
    public var cpus: UInt32
    /// Bytes of memory that each needs.
    public var memory: UInt64
    /// GPUs that each needs.
    public var gpus: UInt32
    /// What else each needs of its engine.
    public var named: [String: UInt64]
    /// Tags that its engine has to have, all of them.
    public var tags: [String]
    /// Names, numbers or tags of engines, one of which it has to be; empty for any.
    public var targets: [String]
    /// Ranks of one pool that each needs, 0 for all of one; nil: it is not collective.
    public var ranks: UInt32?

    private enum CodingKeys: String, CodingKey {
        case tasks, nanoseconds, cpus, memory, gpus, named, tags, targets, ranks
        case atOnce = "at_once"
    }

    /// Work of tasks that need one CPU and nothing else.
    public init(tasks: UInt64, nanoseconds: Int64, atOnce: UInt64? = nil, cpus: UInt32 = 1) {
        (self.tasks, self.nanoseconds, self.atOnce, self.cpus) = (tasks, nanoseconds, atOnce ?? tasks, cpus)
        (memory, gpus, named, tags, targets, ranks) = (0, 0, [:], [], [], nil)
    }
}
