/// A brake at work: of one group, or of a whole job.
struct BrakeRecord {
    var brake: Brake
    var job: Int32
    /// -1: all of the job's groups.
    var group: Int32
    /// Attempts that are sent and have not ended.
    var out: UInt32 = 0
    /// Tasks that were sent and have not ended for good.
    var inPlay: UInt64 = 0
    var succeeded: UInt64 = 0
    /// Failed and expired ones.
    var failed: UInt64 = 0
    /// Tasks that there are, and whether more may come.
    var total: UInt64 = 0
    var isClosed = false
    /// What has not been sent by then is not sent any more.
    var hasStopped = false
    /// Groups and tasks that it keeps out of their queues, by id.
    var groups = MinHeap()
    var tasks = MinHeap()

    /// Whether another attempt may not be sent now. `isFirst`: of a task that never was.
    func holds(isFirst: Bool) -> Bool {
        if hasStopped { return true }
        if brake.maxRunning > 0, out >= brake.maxRunning { return true }
        return isFirst && brake.canary > 0 && succeeded == 0 && inPlay + failed >= UInt64(brake.canary)
    }

    /// Why it stops, if it has to.
    var trouble: Trouble? {
        if brake.canary > 0, succeeded == 0, failed >= UInt64(brake.canary) { return .canary }
        if case .share = brake.maxFailures, !isClosed { return nil }
        guard let allowed = brake.maxFailures.allowed(of: total), failed > allowed else { return nil }
        return .failures
    }

    enum Trouble: Equatable {
        /// All that went first failed.
        case canary
        /// Too many failed.
        case failures
    }
}
