/// What a running function knows of its task. Cheap to copy: strings are made when asked for.
public struct TaskContext: Sendable {
    /// Job number in the high 32 bits, index in the job in the low 32.
    package let taskNumber: UInt64
    let surroundings: Surroundings

    /// Which try this is, from 1.
    public let attempt: UInt32

    /// Values of the sweep that made this task, as written in the batch file; empty if it came from no sweep.
    public let parameters: [String: String]

    /// In which of the controller's lives it was sent: with task and attempt the name of the dispatch.
    package let epoch: UInt32

    private let ownRank: UInt32
    private let gangRanks: [UInt32]
    private let givenName: String?
    private let cpuPlaces: Places
    private let gpuPlaces: Places

    /// What all attempts of one group on one engine share, so that a context costs no allocation.
    package final class Surroundings: Sendable {
        let group: String
        let engine: String
        /// The engine's cores and GPUs, to which places point.
        let cpus: [Int]
        let gpus: [String]
        let shared: SharedValue
        let namespace: TaskNamespace
        let sink: @Sendable (_ task: UInt64, _ attempt: UInt32, _ line: String) -> Void

        package init(
            group: String, engine: String, cpus: [Int] = [], gpus: [String] = [], shared: [UInt8] = [],
            namespace: any NamespaceStorage = HeldNamespace(),
            sink: @escaping @Sendable (_ task: UInt64, _ attempt: UInt32, _ line: String) -> Void
        ) {
            self.group = group
            self.engine = engine
            self.cpus = cpus
            self.gpus = gpus
            self.shared = SharedValue(shared)
            self.namespace = TaskNamespace(namespace)
            self.sink = sink
        }
    }

    package init(
        taskNumber: UInt64, attempt: UInt32, epoch: UInt32 = 0, name: String?, parameters: [String: String],
        cpus: Places = .none, gpus: Places = .none, rank: UInt32 = 0, poolRanks: [UInt32] = [],
        in surroundings: Surroundings
    ) {
        self.taskNumber = taskNumber
        self.attempt = attempt
        self.epoch = epoch
        self.givenName = name
        self.parameters = parameters
        self.cpuPlaces = cpus
        self.gpuPlaces = gpus
        self.ownRank = rank
        self.gangRanks = poolRanks
        self.surroundings = surroundings
    }

    /// A context made by hand, for testing a function without a farm.
    ///
    /// - Parameters:
    ///   - cpus: what ``cpus`` tells.
    ///   - gpus: what ``gpus`` tells.
    ///   - shared: the payload (``PayloadCodec``) of what ``shared(as:)`` gives.
    ///   - rank: what ``rank`` tells.
    ///   - poolRanks: what ``poolRanks`` tells; as many as ``rankCount``.
    ///   - log: is given each line that the function logs.
    public init(
        job: UInt32 = 1, index: UInt32 = 0, attempt: UInt32 = 1, name: String = "", engine: String = "test",
        parameters: [String: String] = [:], cpus: [Int] = [], gpus: [String] = [], shared: [UInt8] = [],
        rank: Int = 0, poolRanks: [Int] = [],
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.init(
            taskNumber: UInt64(job) << 32 | UInt64(index), attempt: attempt, name: name,
            parameters: parameters, cpus: Places(count: cpus.count), gpus: Places(count: gpus.count),
            rank: UInt32(clamping: rank), poolRanks: poolRanks.map { UInt32(clamping: $0) },
            in: Surroundings(group: name, engine: engine, cpus: cpus, gpus: gpus, shared: shared) {
                _, _, line in log(line)
            })
    }

    /// The task's id as it is read and written everywhere: `JOB.INDEX`, as in `12.345`.
    public var task: String { "\(job).\(index)" }

    /// The job's number.
    public var job: UInt32 { UInt32(truncatingIfNeeded: taskNumber >> 32) }

    /// The task's index in its job, from 0.
    public var index: UInt32 { UInt32(truncatingIfNeeded: taskNumber) }

    /// The task's name, as `solve/n=64` in a sweep; empty if it has none.
    public var name: String { givenName ?? surroundings.group }

    /// The name of the engine that runs this attempt.
    public var engine: String { surroundings.engine }

    /// The processors that this attempt has to itself, by number: as many as its `needs` say. Empty if the
    /// engine cannot tell its own. The function is not bound to them: it may do so, for one by naming them
    /// to a library that starts threads.
    public var cpus: [Int] { cpuPlaces.of(surroundings.cpus) }

    /// The GPUs that this attempt has to itself, as CUDA numbers or names them: as many as its `needs` say.
    public var gpus: [String] { gpuPlaces.of(surroundings.gpus) }

    /// Which of the ranks that run this attempt together this is, from 0. Of an ordinary task, which runs
    /// alone, 0: as with one rank.
    public var rank: Int { Int(ownRank) }

    /// How many ranks run this attempt together; 1 for an ordinary task.
    public var rankCount: Int { max(1, gangRanks.count) }

    /// Of a collective task: those ranks by their numbers in the pool, in the order of ``rank``. Empty for an
    /// ordinary task, also where that runs on an engine of a pool.
    public var poolRanks: [Int] { gangRanks.map { Int($0) } }

    /// What the submission gave for all of its tasks together (`TaskOptions.share`). Each engine gets it once
    /// and decodes it once; then it costs a lock and a cast.
    /// - Throws: ``PayloadError``: nothing is shared, or it is of another type.
    public func shared<Value: Decodable & Sendable>(as type: Value.Type) throws(PayloadError) -> Value {
        try surroundings.shared.value(as: type)
    }

    /// The engine's namespace: values by name that outlive the attempt, and that Python on the engine sees as
    /// its variables.
    public var namespace: TaskNamespace { surroundings.namespace }

    /// Whether this attempt has been cancelled or has run into its timeout: it should return or throw soon.
    public var isCancelled: Bool { Task.isCancelled }

    /// Throws `CancellationError` once ``isCancelled`` is true.
    public func checkCancellation() throws { try Task.checkCancellation() }

    /// Adds a line to the task's log: what `tasks logs` shows as its standard error, live and afterwards.
    ///
    /// Kept up to the same bound as a command's output; dropped once the attempt has ended.
    public func log(_ message: String) {
        surroundings.sink(taskNumber, attempt, message)
    }
}
