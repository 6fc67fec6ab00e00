/// What may be said of tasks beside what they do. Everything has a default.
///
/// What makes no sense – a negative duration, a share over 100 % – is refused at the submission, as
/// `badInput`, before anything is sent.
public struct TaskOptions: Sendable {
    /// The job's name; jobs are known by it, the newest of that name first.
    public var name = ""
    /// Keys and values to find jobs by.
    public var labels: [String: String] = [:]
    /// Higher goes first; capped by the capability.
    public var priority = 0
    /// The job's share of its owner's slots beside the owner's other jobs', 0.01 to 1000; hundredths count.
    public var weight = 1.0

    // MARK: What each task takes while it is sent

    /// CPUs that each task takes of its engine.
    public var cpus = 1
    /// Bytes of memory that each task takes of its engine, at most 2^50; 0: it is not said how much.
    public var memoryBytes = 0
    /// GPUs that each task takes of its engine.
    public var gpus = 0
    /// Named quantities, each at least 1: of the whole farm's where the controller limits them (`license`),
    /// else of the engine's (`fpga`).
    public var needs: [String: Int] = [:]
    /// Tags that the engine must have, all of them.
    public var tags: [String] = []
    /// Engines that may take the tasks, by name or number; empty for any.
    public var targets: [String] = []
    /// The lane that the tasks are queued in, on the one engine that `targets` names: in order, one at a
    /// time, beside its slots; a failure clears what is queued behind it. Nil for none. For the roles
    /// multiengine-client and admin.
    public var lane: String?
    /// Ranks of one pool that run each task together, at the same moment; nil: one engine runs it. What a
    /// task takes, each rank takes.
    public var collective: Ranks?

    /// How many ranks of a pool take part.
    public enum Ranks: Sendable, Hashable {
        /// All that it has.
        case all
        /// So many, 1 to 65,535.
        case count(Int)
    }

    // MARK: Trying again

    /// How often a task is tried again, by cause.
    public var retry = RetryPolicy()
    /// What follows, one after the other, when all tries have failed.
    public var recoveries: [TaskRecovery] = []
    /// Running a task twice does no harm: of one that takes much longer than the others a copy may run.
    public var speculate = false

    // MARK: Time

    /// How long an attempt may run; nil for no limit.
    public var timeout: Duration?
    /// Tasks that have not ended by then are stopped and expire: `.after(.seconds(90))`, nanoseconds from the
    /// submission, or `.at(instant)`.
    public var deadline = Deadline.none
    /// From the submission; tasks that have not begun by then expire. Nil for no limit.
    public var startWithin: Duration?
    /// How long an attempt is thought to take, if that is known.
    public var estimate: Duration?
    /// From TERM to KILL when a task is stopped.
    public var grace = Duration.seconds(5)

    // MARK: Order

    /// What has to be over before: tasks and jobs that are there already.
    public var after: [Dependency] = []
    /// Tasks and jobs that are there already, on whose engines these must run; they are waited for, too.
    public var follow: Follow?

    // MARK: Brakes

    /// Tasks sent and not ended at a time; nil for no limit.
    public var maxRunning: Int?
    /// How many tasks may fail; one more, and those that have not been sent are cancelled.
    public var maxFailures = Brake.FailureLimit.none
    /// So many tasks go first: the others follow when one of them has succeeded, and are cancelled when all
    /// of them have failed. Nil for none.
    public var canary: Int?

    /// The payload of what all calls of the job get beside their own input; set by ``share(_:)``.
    public private(set) var shared: [UInt8] = []

    /// Gives all calls of the job one value beside their own input, which they read by
    /// `context.shared(as:)`: it is sent to the controller once, kept once, and sent to each engine once.
    /// - Throws: ``TaskClientError``: `badInput` for what cannot be encoded. What makes a message of over the
    ///   controller's limit is refused at the submission, as `overLimit`.
    public mutating func share(_ value: some Encodable) throws(TaskClientError) {
        do throws(PayloadError) {
            shared = try PayloadCodec.encode(value)
        } catch {
            throw TaskClientError(.badInput, "what all tasks are to share: \(error)")
        }
    }

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
}

extension Brake.FailureLimit {
    /// A share of the tasks: 5 is 5 %; hundredths of a percent count.
    public static func percent(_ percent: Double) -> Brake.FailureLimit {
        // What is no share is refused at the submission, with words.
        .share((0...100).contains(percent) ? UInt32((percent * 100).rounded()) : .max)
    }
}
