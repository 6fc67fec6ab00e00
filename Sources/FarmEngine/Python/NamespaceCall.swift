/// The functions by which an engine's namespace is worked with from outside; every engine has them.
enum NamespaceCall: String, Sendable, CaseIterable {
    case execute = "namespace.execute"
    case push = "namespace.push"
    case pull = "namespace.pull"
    case keys = "namespace.keys"
    case reset = "namespace.reset"
    case apply = "namespace.apply"
    case result = "namespace.result"
    case restart = "namespace.restart"

    /// What all of their names begin with, and no other function's.
    static let prefix = "namespace."

    /// Whether it needs a kernel; the others do without one while none has been started.
    var startsKernel: Bool { self == .execute || self == .apply }
}
