/// What a template may say of tasks that its own waits for: `${{ tasks.mesh.result.cells }}`,
/// `${{ tasks.mesh.dir }}`.
public enum TaskResults: Sendable {
    /// It is not known here, as to whoever only makes names: whatever is said stands for an empty text.
    case unknown
    /// These tasks may be named; what they leave behind is not known yet.
    case names([String])
    /// By the tasks' names.
    case known([String: TaskResult])
}

/// What one task has left behind.
public struct TaskResult: Equatable, Sendable {
    /// Its number, for errors: `12.0`.
    public var task: String
    /// Its value; nil if it gave none.
    public var value: JSONValue?
    /// It gave one, which was too large to be passed on.
    public var isCut: Bool
    /// The directory that it ran in.
    public var directory: String

    /// A result with the fields given.
    public init(task: String, value: JSONValue?, isCut: Bool = false, directory: String) {
        self.task = task
        self.value = value
        self.isCut = isCut
        self.directory = directory
    }
}
