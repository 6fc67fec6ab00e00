/// What the scheduler keeps at the moment, beside jobs and engines that are remembered. For tests and
/// `doctor`: when all tasks have ended, all of it is zero.
public struct SchedulerUsage: Equatable, Sendable {
    /// Tasks that were sent or touched and have not ended.
    public var liveTasks = 0
    /// Entries of the ready queues.
    public var readyEntries = 0
    /// Queues and placement classes that some task is of.
    public var queues = 0
    public var classes = 0
    public var brakes = 0
    /// Lanes with unfinished tasks.
    public var lanes = 0
    /// Tasks with a place of their own.
    public var extras = 0
    /// Something of the farm's limits is in use.
    public var limits = false
    /// Dependencies that are not decided.
    public var conditions = 0
    /// Single tasks that somebody waits for.
    public var watchedTasks = 0
    /// Attempts that wait at engines.
    public var prefetched = 0
    /// A look at the balance is due.
    public var isBalancing = false
    /// Attempts at collective tasks.
    public var gangs = 0
    /// Dispatches are held after a restart.
    public var isHolding = false

    public init() {}

    /// Nothing is kept.
    public var isEmpty: Bool { self == SchedulerUsage() }
}

extension Scheduler {
    /// O(queues).
    public var usage: SchedulerUsage {
        var usage = SchedulerUsage()
        usage.liveTasks = live.count
        for queue in ready.queues.slots {
            usage.readyEntries += ready.queues[queue].groups.count + ready.queues[queue].tasks.count
        }
        usage.queues = ready.queues.count
        usage.classes = classes.count
        usage.brakes = brakes.count
        usage.lanes = lanes.count
        usage.extras = extras.count
        usage.limits = limitsUsed.contains { $0 > 0 }
        usage.conditions = conditions.count
        usage.watchedTasks = taskWatchers.count
        usage.prefetched = prefetched
        usage.isBalancing = rebalanceAt != .never
        usage.gangs = gangs.count + rankRecords
        usage.isHolding = heldUntil != nil
        return usage
    }

    /// The engine that is kept free for a wide task, if there is one.
    public var reservedEngine: EngineID? {
        reserved >= 0 && engines.contains(reserved) ? engines[reserved].id : nil
    }
}
