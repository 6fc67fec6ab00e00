import FarmTemplate

/// A task of a batch file while it is read.
struct TaskDraft {
    var template = TaskTemplate(.arguments([]))
    var policy = TaskPolicy()
    /// Where each field of the template was written, by `TemplateError.field`.
    var origins: [String: Item] = [:]
    /// The `after` as it was written.
    var after: [DependencyDraft] = []
    /// Tasks in it.
    var count: UInt64 = 1
}

/// One `after` before its names are looked up.
struct DependencyDraft {
    var sources: [(text: String, position: Position)]
    var quorum: Dependency.Quorum
    var when: Dependency.When
    var position: Position
}
