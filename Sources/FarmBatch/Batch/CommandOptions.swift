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
    /// False: the job is kept in memory only.
    public var isDurable = true
    /// What holds for tasks that do not say themselves what they wait for.
    private(set) var links = TaskLinks()
    /// What holds for tasks that do not say themselves what follows when all tries have failed.
    private(set) var recovery: RecoveryOption?
    /// A shell line that says whether a command can run on an engine.
    public var check: String?
    /// Tasks are run whether anything has changed or not.
    public var isForced = false
    /// Commands are started as several ranks at once.
    public var mpi: RankedLaunch?
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
            name: jobName, labels: labels, surroundings: surroundings.encoded(), isDurable: isDurable,
            weight: weight, brake: brake)
    }

    /// Takes what options say in the words of a batch file. What the policy needs must be known before.
    ///
    /// - Throws: all that is wrong with them, each with its option and the place in its value.
    public mutating func read(_ texts: OptionTexts) throws(BatchError) {
        var reader = OptionReader()
        if let text = texts.mpi { mpi = reader.mpi(text) }
        if let text = texts.retry { reader.retry(text, needs: policy.needs, into: &policy.retry) }
        if let text = texts.recovery { recovery = reader.recovery(text, needs: policy.needs) }
        links = TaskLinks()
        reader.after(texts.after, into: &links)
        reader.follow(texts.follow, into: &links)
        if !reader.problems.isEmpty { throw BatchError(reader.problems) }
    }

    /// The group of all tasks of one template, and what is to be looked up for it.
    func group(_ draft: TaskDraft, _ name: String, count: UInt32) -> (GroupSpec, [JobReference]) {
        (
            GroupSpec(
                template: 0, count: count, name: name,
                policy: draft.policy(template: 0, follow: links.follow), after: links.after),
            links.references
        )
    }

    /// The task that a command and its template make.
    ///
    /// - Throws: what is wrong with the command or with what follows it.
    func task(_ template: TaskTemplate, _ command: [String]) throws(BatchError) -> TaskDraft {
        try check(template, command)
        var draft = TaskDraft()
        (draft.template, draft.policy) = (template, policy)
        mpi?.settle(&draft.policy)
        if let recovery { try recovery.add(to: &draft, called: taskName ?? "").finish() }
        return draft
    }

    private func check(_ template: TaskTemplate, _ command: [String]) throws(BatchError) {
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
