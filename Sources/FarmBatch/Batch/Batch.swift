public import FarmTemplate

/// A batch file, read and found good: a job that can be submitted.
public struct Batch: Equatable, Sendable {
    /// Empty if the file has none.
    public var name: String
    /// What the job can be found by.
    public var labels: [Label]
    /// False: kept in memory only; it ends with the controller.
    public var isDurable = true
    /// Group `i` uses template `i` unless its `template` says otherwise.
    public var templates: [TaskTemplate]
    /// Ordered so that a group comes after those it waits for, else as in the file.
    public var groups: [GroupSpec]
    /// What `engines:` says; nil if nothing.
    public var engines: EngineSettings?
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

    /// The submission's parts, each about `BatchReader.partBytes` at most, sealed: nothing runs before the
    /// last.
    public func parts(key: UniqueKey, surroundings: Surroundings) -> [SubmissionPart] {
        var builder = PartBuilder(
            key: key,
            header: JobHeader(
                name: name, labels: labels, surroundings: surroundings.encoded(), isDurable: isDurable))
        var parts: [SubmissionPart] = []
        var sent = 0
        for group in groups {
            while sent <= Int(group.template), sent < templates.count {
                builder.add(template: templates[sent].encoded())
                sent += 1
            }
            builder.add(group: group)
            if builder.isFull { parts.append(builder.take(isLast: false)) }
        }
        parts.append(builder.take(isLast: true))
        return parts
    }
}
