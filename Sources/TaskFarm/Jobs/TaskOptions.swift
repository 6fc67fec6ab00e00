/// What may be said of tasks beside what they do. Everything has a default.
public struct TaskOptions: Sendable {
    /// The job's name; jobs are known by it, the newest of that name first.
    public var name = ""
    /// Keys and values to find jobs by.
    public var labels: [String: String] = [:]
    /// Higher goes first; capped by the capability.
    public var priority = 0
    /// How often a task is tried again, by cause.
    public var retry = RetryPolicy()
    /// CPUs that each task takes of its engine.
    public var cpus = 1
    /// How long an attempt may run; nil for no limit.
    public var timeout: Duration?
    /// From the submission; tasks that have not ended by then are stopped and expire. Nil for no limit.
    public var deadline: Duration?
    /// From the submission; tasks that have not begun by then expire. Nil for no limit.
    public var startWithin: Duration?
    /// How long an attempt is thought to take, if that is known.
    public var estimate: Duration?
    /// From TERM to KILL when a task is stopped.
    public var grace = Duration.seconds(5)
    /// Engines that may take the tasks, by name or number; empty for any.
    public var targets: [String] = []
    /// What has to be over before: tasks and jobs that are there already.
    public var after: [Dependency] = []

    /// False: the job is kept in memory only. Nothing of it waits for the controller's disk, and it is lost
    /// with the controller.
    public var durable = true

    /// The defaults, but for what is given.
    public init(
        name: String = "", labels: [String: String] = [:], priority: Int = 0,
        retry: RetryPolicy = RetryPolicy(),
        cpus: Int = 1, timeout: Duration? = nil, targets: [String] = [], after: [Dependency] = []
    ) {
        self.name = name
        self.labels = labels
        self.priority = priority
        self.retry = retry
        self.cpus = cpus
        self.timeout = timeout
        self.targets = targets
        self.after = after
    }

    func header(isStreaming: Bool, surroundings: Surroundings?) -> JobHeader {
        JobHeader(
            name: name, labels: labels.sorted { $0.key < $1.key }.map { Label(key: $0.key, value: $0.value) },
            isStreaming: isStreaming, surroundings: surroundings?.encoded() ?? [], isDurable: durable)
    }

    /// The group that tasks of these options make, without its tasks.
    func group(_ name: String) -> GroupSpec {
        let policy = TaskPolicy(
            priority: Int32(clamping: priority), retry: retry,
            needs: Needs(cpus: UInt32(clamping: max(1, cpus))),
            // 0 would be no limit at all.
            timeoutNanoseconds: timeout.map { max(1, $0.wholeNanoseconds) } ?? 0,
            graceNanoseconds: max(0, grace.wholeNanoseconds), targets: targets,
            deadline: deadline.map { .after(max(1, $0.wholeNanoseconds)) } ?? .none,
            startWithinNanoseconds: startWithin.map { max(1, $0.wholeNanoseconds) } ?? 0,
            estimateNanoseconds: estimate.map { max(0, $0.wholeNanoseconds) } ?? 0)
        return GroupSpec(template: 0, count: 0, name: name, policy: policy, after: after)
    }
}
