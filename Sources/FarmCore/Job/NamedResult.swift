/// A task whose result another one's template names, as `${{ tasks.mesh.result }}`; the engine puts it in.
public struct NamedResult: Hashable, Sendable {
    /// Policies hold at most so many.
    public static let most = 256
    /// Bytes of a value that is passed on.
    public static let mostBytes = 1 << 20

    /// What the template calls it: `mesh`.
    public var name: String
    /// A single task, or a group of one: what is waited for until it has succeeded.
    public var source: Dependency.Source

    public init(_ name: String, _ source: Dependency.Source) {
        self.name = name
        self.source = source
    }
}
