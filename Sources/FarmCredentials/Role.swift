/// What the holder of a capability may do. The raw value is what files and User-Ids hold.
public enum Role: String, Sendable, Hashable, CaseIterable {
    /// Runs tasks.
    case engine
    /// Submits tasks and reads its own jobs' results.
    case taskClient = "task-client"
    /// Also uses namespaces and pinned work.
    case multiengineClient = "multiengine-client"
    /// Looks, and changes nothing.
    case observer
    /// Starts and stops engines.
    case launcher
    /// Everything.
    case admin

    /// The code in a grant's bytes.
    var wireCode: UInt8 {
        switch self {
        case .engine: 1
        case .taskClient: 2
        case .multiengineClient: 3
        case .observer: 4
        case .launcher: 5
        case .admin: 6
        }
    }

    init?(wireCode: UInt8) {
        guard let role = Role.allCases.first(where: { $0.wireCode == wireCode }) else { return nil }
        self = role
    }
}
