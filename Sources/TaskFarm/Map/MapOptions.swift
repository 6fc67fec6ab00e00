/// What may be said of a map beside its inputs.
public struct MapOptions: Sendable {
    /// What may be said of its tasks.
    public var task: TaskOptions
    /// Tasks that may be under way or unread: at the limit no more input is taken.
    public var openTasks = 1 << 16
    /// Bytes of inputs that may be under way or unread, about.
    public var openBytes = 256 << 20

    /// The defaults, but for what is given. Limits are at least 1.
    public init(_ task: TaskOptions = TaskOptions(), openTasks: Int = 1 << 16, openBytes: Int = 256 << 20) {
        self.task = task
        self.openTasks = max(1, openTasks)
        self.openBytes = max(1, openBytes)
    }
}
