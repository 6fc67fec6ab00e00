/// A lane that has unfinished tasks: a serial queue on one engine, beside its slots.
struct LaneRecord {
    var name: String
    /// In the scheduler's table; -1 once it is gone for good.
    var engine: Int32
    /// It is gone without having taken its leave.
    var wasLost = false
    /// Its number, which stays when it is gone.
    var id: EngineID
    /// Groups that may have tasks that were never sent, by their first task's id.
    var groups = MinHeap()
    /// Tasks that were sent and have come back without having begun, by id.
    var tasks = MinHeap()
    /// Attempts that its engine has: at most one, but for what a restart finds there.
    var out = 0
    /// Groups of it that have not ended.
    var users = 0
    /// It is among those that are to be looked at.
    var isDirty = false
}

/// The next task of a lane.
struct LaneHead {
    var id: TaskID
    var group: Int32
    /// Its live record, if it was sent before.
    var task: Int32?
}

/// A lane of an engine, for those who ask.
public struct LaneSummary: Equatable, Sendable {
    public var name: String
    /// Tasks that its engine has: 0 or 1, but for what a restart finds there.
    public var running: Int
    /// Tasks that wait behind those.
    public var queued: UInt64
}

/// Where a task stands in its lane.
public struct LanePlace: Equatable, Sendable {
    public var lane: String
    public var engine: EngineID
    /// The engine's name; empty if it is gone.
    public var engineName: String
    /// From 1, counting what runs.
    public var place: UInt64
    /// The task at the lane's front; nil if it is this one.
    public var front: TaskID?
    /// The engine has the front task.
    public var frontIsOut: Bool
    /// Why the front task is not sent, in words; nil if nothing is in its way.
    public var obstacle: String?
}
