/// Which of its engine's cores, or of its GPUs, an attempt has to itself: places in the engine's list of
/// them, from 0.
public enum IdentitySet: Equatable, Sendable {
    /// It has none: it needs none, or the engine cannot tell its cores apart.
    case none
    /// Neighbours, as a rule.
    case run(first: Int32, count: Int32)
    /// Rising; what is left when there are no neighbours.
    case list([Int32])

    /// How many there are.
    public var count: Int {
        switch self {
        case .none: 0
        case .run(_, let count): Int(count)
        case .list(let places): places.count
        }
    }

    /// The places, rising.
    public var places: [Int] {
        switch self {
        case .none: []
        case .run(let first, let count): Array(Int(first)..<Int(first) + Int(count))
        case .list(let places): places.map(Int.init)
        }
    }
}
