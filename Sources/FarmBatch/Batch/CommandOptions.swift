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

    func check(_ template: TaskTemplate, _ command: [String]) throws(BatchError) {
        guard command.first.map({ !$0.isEmpty }) ?? false else {
            throw BatchError(.missing, file: "--", "expected a command behind “--”, found nothing")
        }
        let faults = CompiledTemplate.faults(in: template, name: taskName ?? "")
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
