/// Tasks with one template and one policy. Those at `cursor` and behind it cost nothing but their states'
/// byte. There may be as many groups as tasks, so fields stand by size, and what few groups have is
/// elsewhere.
struct GroupRecord {
    var job: Int32
    var number: UInt32
    /// Index in the job of the group's first task.
    var base: UInt32
    var count: UInt32
    /// Offset of the first task that was never in the live table.
    var cursor: UInt32 = 0
    /// Tasks from `cursor` on that are neither terminal nor adopted.
    var untouched: UInt32
    var template: UInt32
    /// In the scheduler's table.
    var policy: Int32
    /// Of its tasks that have no queue of their own; -1 once its job has ended.
    var queue: Int32
    /// Its own; -1 for none.
    var brake: Int32 = -1
    /// The lane that its tasks are queued in, until all have ended; -1 for none.
    var lane: Int32 = -1
    /// Conditions of its own that are not met yet, and the newest of them; -1 for none.
    var unmet: Int32 = 0
    var lastCondition: Int32 = -1
    /// The newest of the conditions that watch its counters; -1 for none.
    var lastWatch: Int32 = -1
    var succeeded: UInt32 = 0
    var ended: UInt32 = 0
    /// Numbers of `succeeded`, of other ends and of all ends at which some watch has to be looked at.
    var wakeSucceeded = UInt32.max
    var wakeFailed = UInt32.max
    var wakeEnded = UInt32.max
    /// Offset of the first that ended well; all ones for none.
    private var succeededFirst = UInt32.max
    /// Where each task that has ended ran last, once one has.
    var ranOn = RanOn()
    var blockCursor: UInt32 = 0
    /// One byte a task once the first has ended: 0, or a terminal state's raw value, or `adopted`.
    var states = TaskStates()
    var isQueued = false
    /// A brake keeps it out of its queue.
    var isWithheld = false
    /// Nobody that it follows ran where it may go: tasks that still come can run nowhere either.
    var isStranded = false
    /// After a restart: nothing is sent before the engines of the roster are back or the grace is over.
    var isHeld = false
    /// The job's parts are all in, or a later group came: no more tasks.
    var isClosed = false
    /// Some condition waits for a single task of this group.
    var hasTaskWatchers = false
    /// It does tasks of another job again, or goes on with the array of a group before it; the scheduler's
    /// table says which, or from where.
    var hasPoints = false
    var blocks: [PayloadBlockRecord] = []
    /// When one of its attempts succeeded last.
    var lastSuccessAt = Instant.zero
    /// Exponential mean of the attempts' run times, 0 if none has ended.
    var meanNanoseconds: Int64 = 0
    // An optional would take twice the place.
    private var rootRaw = UInt64.max
    private var failureRaw = UInt64.max

    init(
        job: Int32, number: UInt32, base: UInt32, count: UInt32, template: UInt32, policy: Int32,
        queue: Int32,
        isHeld: Bool, estimateNanoseconds: Int64
    ) {
        self.job = job
        self.number = number
        self.base = base
        self.count = count
        untouched = count
        self.template = template
        self.policy = policy
        self.queue = queue
        self.isHeld = isHeld
        meanNanoseconds = estimateNanoseconds
    }

    /// Set once the dependencies cannot be met any more: tasks that still come are impossible too.
    var impossibleRoot: TaskID? {
        get { rootRaw == .max ? nil : TaskID(raw: rootRaw) }
        set { rootRaw = newValue?.raw ?? .max }
    }

    /// The root of the first task that ended otherwise than well. This, or the first that ended well, is what
    /// the message of dependents names.
    var firstFailure: TaskID? { failureRaw == .max ? nil : TaskID(raw: failureRaw) }

    func firstSuccess(in job: JobID) -> TaskID? {
        succeededFirst == .max ? nil : TaskID(job, base + succeededFirst)
    }

    /// A task, or the first of several, has ended so.
    mutating func noteFirst(_ entry: OutcomeEntry, at offset: UInt32) {
        if entry.state == .succeeded {
            if succeededFirst == .max { succeededFirst = offset }
        } else if failureRaw == .max {
            failureRaw = entry.root.raw
        }
    }

    static let adopted: UInt8 = TaskState.assigned.rawValue

    var failedCount: UInt32 { ended - succeeded }
}

/// A payload block of a group.
struct PayloadBlockRecord {
    var ref: BlockRef
    /// Offset in the group of its first task.
    var first: UInt32
    var count: UInt32
    /// Tasks of it that are not terminal.
    var remaining: UInt32
    var averageBytes: UInt32
}
