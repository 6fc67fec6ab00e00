/// What a running function knows of its task. Cheap to copy: strings are made when asked for.
public struct TaskContext: Sendable {
    /// Job number in the high 32 bits, index in the job in the low 32.
    let taskNumber: UInt64
    let surroundings: Surroundings

    /// Which try this is, from 1.
    public let attempt: UInt32

    /// Values of the sweep that made this task, as written in the batch file; empty if it came from no sweep.
    public let parameters: [String: String]

    private let givenName: String?

    /// What all attempts of one group on one engine share, so that a context costs no allocation.
    package final class Surroundings: Sendable {
        let group: String
        let engine: String
        let sink: @Sendable (_ task: UInt64, _ attempt: UInt32, _ line: String) -> Void

        package init(
            group: String, engine: String,
            sink: @escaping @Sendable (_ task: UInt64, _ attempt: UInt32, _ line: String) -> Void
        ) {
            self.group = group
            self.engine = engine
            self.sink = sink
        }
    }

    package init(
        taskNumber: UInt64, attempt: UInt32, name: String?, parameters: [String: String],
        in surroundings: Surroundings
    ) {
        self.taskNumber = taskNumber
        self.attempt = attempt
        self.givenName = name
        self.parameters = parameters
        self.surroundings = surroundings
    }

    /// A context made by hand, for testing a function without a farm.
    ///
    /// - Parameter log: is given each line that the function logs.
    public init(
        job: UInt32 = 1, index: UInt32 = 0, attempt: UInt32 = 1, name: String = "", engine: String = "test",
        parameters: [String: String] = [:],
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.init(
            taskNumber: UInt64(job) << 32 | UInt64(index), attempt: attempt, name: name,
            parameters: parameters,
            in: Surroundings(group: name, engine: engine) { _, _, line in log(line) })
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
