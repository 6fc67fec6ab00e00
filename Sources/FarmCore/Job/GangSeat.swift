/// A rank's part in one attempt at a collective task: a *gang* of ranks of one pool, sent together.
public struct GangSeat: Equatable, Sendable {
    /// Within the gang, from 0.
    public var rank: UInt32
    /// The gang's ranks by their numbers in the pool, rising: as many as take part.
    public var poolRanks: [UInt32]
    /// Where each of them is, by rank; told to the first only, and empty for the others.
    public var hosts: [String]

    public init(rank: UInt32, poolRanks: [UInt32], hosts: [String] = []) {
        self.rank = rank
        self.poolRanks = poolRanks
        self.hosts = hosts
    }

    /// Ranks that take part.
    public var count: Int { poolRanks.count }
}
