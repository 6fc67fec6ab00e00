/// Which role may send which kind of message: the whole of what a role means on the wire. What a query may
/// ask, and whose jobs a cancel may touch, is for the node to decide.
public enum MessagePermissions {
    /// Whether a session whose hello was let in with `role` may send `kind`.
    @inline(__always)
    public static func allows(_ role: Role, _ kind: MessageKind) -> Bool {
        table[Int(index(role))] >> UInt64(kind.rawValue & 63) & 1 != 0 && kind.rawValue < 64
    }

    /// The kinds that `role` may send, for tests and documentation.
    public static func kinds(_ role: Role) -> [MessageKind] {
        MessageKind.allCases.filter { allows(role, $0) }
    }

    private static let link: [MessageKind] = [.hello, .ping, .pong, .bye]
    private static let watch: [MessageKind] = link + [.query, .subscribe, .unsubscribe, .consumed]
    private static let submit: [MessageKind] = watch + [.submit, .cancel]
    private static let engine: [MessageKind] = link + [.results, .started, .recalled, .output, .lookUp]

    private static let table: [UInt64] = {
        var table = [UInt64](repeating: 0, count: 6)
        let kinds: [(Role, [MessageKind])] = [
            (.engine, engine), (.taskClient, submit), (.multiengineClient, submit), (.observer, watch),
            (.launcher, watch), (.admin, submit),
        ]
        for (role, kinds) in kinds {
            for kind in kinds { table[Int(index(role))] |= 1 << UInt64(kind.rawValue) }
        }
        return table
    }()

    private static func index(_ role: Role) -> UInt8 {
        switch role {
        case .engine: 0
        case .taskClient: 1
        case .multiengineClient: 2
        case .observer: 3
        case .launcher: 4
        case .admin: 5
        }
    }
}
