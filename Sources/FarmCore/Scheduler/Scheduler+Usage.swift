/// What the scheduler keeps at the moment, beside jobs and engines that are remembered. For tests and
/// `doctor`: when all tasks have ended, all of it is zero.
public struct SchedulerUsage: Equatable, Sendable {
    /// Tasks that were sent or touched and have not ended.
    public var liveTasks = 0
    /// Entries of the ready queues.
    public var readyEntries = 0
    /// Dependencies that are not decided.
    public var conditions = 0
    /// Single tasks that somebody waits for.
    public var watchedTasks = 0
    /// Attempts that wait at engines.
    public var prefetched = 0
    /// A look at the balance is due.
    public var isBalancing = false
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
        for queue in ready.queues { usage.readyEntries += queue.groups.count + queue.tasks.count }
        usage.conditions = conditions.count
        usage.watchedTasks = taskWatchers.count
        usage.prefetched = prefetched
        usage.isBalancing = rebalanceAt != .never
        usage.isHolding = heldUntil != nil
        return usage
    }

    /// The engine that is kept free for a wide task, if there is one.
    public var reservedEngine: EngineID? {
        reserved >= 0 && engines.contains(reserved) ? engines[reserved].id : nil
    }
}
