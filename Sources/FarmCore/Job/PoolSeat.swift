/// An engine's place in its pool: the engines that were started together and can run collective tasks.
public struct PoolSeat: Hashable, Sendable {
    /// The pool's, the same for all of its ranks; chosen by whoever starts them.
    public var key: UniqueKey
    /// From 0.
    public var rank: UInt32
    /// Ranks in the pool.
    public var size: UInt32

    /// Ranks that a pool may have.
    public static let most: UInt32 = 65_535

    public init(key: UniqueKey, rank: UInt32, size: UInt32) {
        self.key = key
        self.rank = rank
        self.size = size
    }

    /// What is wrong with it, in words; nil if nothing is.
    public var problem: String? {
        if size < 1 || size > Self.most {
            return "a pool of \(size) ranks; it may have 1 to \(Self.most)"
        }
        return rank < size ? nil : "rank \(rank) of a pool of \(size); ranks count from 0"
    }
}
