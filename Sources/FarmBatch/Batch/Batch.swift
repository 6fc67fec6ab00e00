public import FarmTemplate

/// A batch file, read and found good: a job that can be submitted.
public struct Batch: Equatable, Sendable {
    /// Empty if the file has none.
    public var name: String
    /// What the job can be found by.
    public var labels: [Label]
    /// False: kept in memory only; it ends with the controller.
    public var isDurable = true
    /// The job's share of its owner's slots beside the owner's other jobs', in hundredths.
    public var weight: UInt32 = 100
    /// Holds all its tasks back together.
    public var brake = Brake()
    /// Group `i` uses template `i` unless its `template` says otherwise.
    public var templates: [TaskTemplate]
    /// Ordered so that a group comes after those it waits for, else as in the file.
    public var groups: [GroupSpec]
    /// What of the groups names other jobs and is to be looked up before it is submitted.
    public private(set) var references: [JobReference] = []
    /// What `engines:` says; nil if nothing.
    public var engines: EngineSettings?
    /// What `schedule:` says; nil if nothing.
    public var schedule: BatchSchedule?
    /// What `notify:` says; nothing if it is not there.
    public var notify = NotifyCommands()
    /// What was read but has no effect.
    public var warnings: [BatchProblem]

    /// A batch made otherwise than from a file.
    public init(
        name: String = "", labels: [Label] = [], templates: [TaskTemplate], groups: [GroupSpec],
        engines: EngineSettings? = nil, warnings: [BatchProblem] = []
    ) {
        self.name = name
        self.labels = labels
        self.templates = templates
        self.groups = groups
        self.engines = engines
        self.warnings = warnings
    }

    /// Tasks in it.
    public var taskCount: Int { groups.reduce(0) { $0 + Int($1.count) } }

    /// Adds a group, with what of it is still to be looked up.
    mutating func add(_ group: GroupSpec, _ references: [JobReference] = []) {
        for var reference in references {
            reference.group = groups.count
            self.references.append(reference)
        }
        groups.append(group)
    }

    /// Looks all references up.
    ///
    /// - Parameters:
    ///   - find: what a reference stands for; `BatchError` if for nothing.
    ///   - count: how many tasks a job has, nil if more may come; only asked for `at-least`.
    /// - Throws: what `find` throws; problems of all references together.
    public mutating func resolve(
        _ find: (JobReference) async throws -> [Dependency.Source],
        counting count: (JobID) async throws -> UInt64? = { _ in nil }
    ) async throws {
        try await JobReference.resolve(references, in: &groups, find, counting: count)
        references = []
    }

    /// - Throws: a problem for each reference: there is no farm to look them up in.
    public func requireNoReferences() throws(BatchError) { try JobReference.refuse(references) }

    /// The submission's parts, each about `BatchReader.partBytes` at most, sealed: nothing runs before the
    /// last. Precondition: there are no references.
    public func parts(key: UniqueKey, surroundings: Surroundings) -> [SubmissionPart] {
        precondition(references.isEmpty, "what names other jobs has to be looked up first")
        return drafts(key: key, surroundings: surroundings).map(\.part)
    }

    /// The same parts, with what is still to be looked up.
    public func drafts(key: UniqueKey, surroundings: Surroundings) -> [PartDraft] {
        var builder = PartBuilder(
            key: key,
            header: JobHeader(
                name: name, labels: labels, surroundings: surroundings.encoded(), isDurable: isDurable,
                weight: weight, brake: brake))
        var parts: [PartDraft] = []
        var sent = 0
        let wanted = Dictionary(grouping: references) { $0.group }
        for (number, group) in groups.enumerated() {
            let last = group.policy.recoveries.last?.template ?? group.template
            while sent <= Int(max(group.template, last)), sent < templates.count {
                builder.add(template: templates[sent].encoded())
                sent += 1
            }
            builder.add(group: group, references: wanted[number] ?? [])
            if builder.isFull { parts.append(builder.take(isLast: false)) }
        }
        parts.append(builder.take(isLast: true))
        return parts
    }
}
