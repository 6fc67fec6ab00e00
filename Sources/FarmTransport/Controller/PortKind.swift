/// The two doors of a controller.
public enum PortKind: UInt8, Sendable, CaseIterable {
    case client = 0
    case engine = 1

    /// For messages.
    public var word: String {
        switch self {
        case .client: "client"
        case .engine: "engine"
        }
    }

    /// Whether holders of `role` belong here.
    public func admits(_ role: Role) -> Bool { (role == .engine) == (self == .engine) }
}
