/// A task goes where others were: to an engine where those named have run.
public struct Follow: Equatable, Sendable {
    /// Groups of the same submission, tasks, or jobs; the task waits until they have ended, as with `after`.
    public var sources: [Dependency.Source]
    /// The engine must have run each of them (`all`), or one of them.
    public var isAll: Bool

    public init(_ sources: [Dependency.Source], isAll: Bool = true) {
        self.sources = sources
        self.isAll = isAll
    }
}
