/// Which of an engine's cores or GPUs an attempt has: places in the engine's list.
package enum Places: Sendable {
    case none
    /// Neighbours.
    case run(first: Int32, count: Int32)
    case list([Int32])

    /// The first so many.
    package init(count: Int) { self = count > 0 ? .run(first: 0, count: Int32(count)) : .none }

    /// What stands in these places.
    func of<Value>(_ all: [Value]) -> [Value] {
        switch self {
        case .none: []
        case .run(let first, let count): Array(all.dropFirst(Int(first)).prefix(Int(count)))
        case .list(let places): places.compactMap { Int($0) < all.count ? all[Int($0)] : nil }
        }
    }
}
