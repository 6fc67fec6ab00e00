public import FarmTemplate

/// Tasks that a submission would queue under one name and one policy.
public struct PlannedTasks: Sendable {
    /// As in the batch file; empty for a line without a name.
    public var name: String
    /// How many.
    public var count: UInt64
    /// What the first of them are called, at most three.
    public var first: [String]
    /// What they wait for and follow: the names of tasks of the same job, and other jobs as they were named.
    public var after: [String]
    /// What the scheduler would go by.
    public var policy: TaskPolicy
    /// What is run.
    public var template: TaskTemplate

    /// Names that are kept of each.
    static let names = 3

    /// Whether `other` can be counted with these.
    func isLike(_ other: PlannedTasks) -> Bool {
        var template = template
        // What is run may differ: one row a name is wanted.
        (template.body, template.sweep) = (other.template.body, other.template.sweep)
        template.payloadParameters = other.template.payloadParameters
        return name == other.name && after == other.after && policy.isLike(other.policy)
            && template == other.template
    }
}

extension TaskPolicy {
    /// Equal, but for where the recoveries' templates are.
    fileprivate func isLike(_ other: TaskPolicy) -> Bool {
        var other = other
        guard recoveries.count == other.recoveries.count else { return false }
        for index in recoveries.indices { other.recoveries[index].template = recoveries[index].template }
        return self == other
    }
}
