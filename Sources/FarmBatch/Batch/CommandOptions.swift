public import FarmTemplate

/// What the command line says of a job whose tasks come from elsewhere than a batch file.
public struct CommandOptions: Sendable {
    /// Empty for none.
    public var jobName: String
    /// What the job can be found by.
    public var labels: [Label]
    /// The tasks' name; nil: that of the program.
    public var taskName: String?
    /// What holds for all tasks that do not say otherwise.
    public var policy: TaskPolicy
    /// The job's share of its owner's slots beside the owner's other jobs', in hundredths.
    public var weight: UInt32 = 100
    /// Holds all tasks back together.
    public var brake = Brake()
    /// Jobs and tasks, as the command line selects them, that must have succeeded before.
    public var after: [String] = []
    /// Jobs and tasks, as the command line selects them, on whose engines the tasks must run.
    public var follow: [String] = []
    /// A shell line that says whether a command can run on an engine.
    public var check: String?
    /// What is kept of each stream of the tasks' output; nil for the engine's default.
    public var outputLimitBytes: Int?

    /// Without arguments: a nameless job under the default policy.
    public init(
        jobName: String = "", labels: [Label] = [], taskName: String? = nil,
        policy: TaskPolicy = TaskPolicy(),
        outputLimitBytes: Int? = nil
    ) {
        self.jobName = jobName
        self.labels = labels
        self.taskName = taskName
        self.policy = policy
        self.outputLimitBytes = outputLimitBytes
    }

    /// A name that a task can have, from its program's.
    static func name(of command: [String]) -> String {
        let program = command.first?.split(separator: "/").last ?? ""
        let name = String(
            program.unicodeScalars.map { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "._-".unicodeScalars.contains(scalar))
                    ? Character(scalar) : "_"
            }.prefix(60))
        return Names.fault(name, of: "task") == nil ? name : "task"
    }

    func header(_ surroundings: Surroundings) -> JobHeader {
        JobHeader(
            name: jobName, labels: labels, surroundings: surroundings.encoded(), weight: weight, brake: brake)
    }

    /// What holds for tasks that do not say themselves what they wait for.
    var links: TaskLinks {
        var links = TaskLinks()
        if !after.isEmpty { links.after = [Dependency([])] }
        if !follow.isEmpty { links.follow = Follow([]) }
        links.references =
            after.map { JobReference(.selector($0), file: "--after \($0)", slot: .after(0)) }
            + follow.map { JobReference(.selector($0), file: "--follow \($0)", slot: .follow) }
        return links
    }

    /// The group of all tasks of one template, and what is to be looked up for it.
    func group(_ name: String, count: UInt32) -> (GroupSpec, [JobReference]) {
        let links = links
        var policy = policy
        policy.follow = links.follow
        return (
            GroupSpec(template: 0, count: count, name: name, policy: policy, after: links.after),
            links.references
        )
    }

    func check(_ template: TaskTemplate, _ command: [String]) throws(BatchError) {
        guard command.first.map({ !$0.isEmpty }) ?? false else {
            throw BatchError(.missing, file: "--", "expected a command behind “--”, found nothing")
        }
        let faults = CompiledTemplate.check(template, name: taskName ?? "").faults
        guard faults.isEmpty else {
            throw BatchError(
                faults.prefix(BatchError.limit).map { fault in
                    BatchProblem(.expression, file: "--", "in the command's \(fault.field): \(fault.message)")
                })
        }
        if let taskName, let fault = Names.fault(taskName, of: "task") {
            throw BatchError(.badValue, file: "--", fault)
        }
    }
}
