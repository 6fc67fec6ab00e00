public import FarmStore

/// Where and how a controller keeps what must outlive it.
public struct LedgerOptions: Sendable, Equatable {
    public var durability = Durability.full
    /// The ledger's directory; nil: `ledger` in the profile.
    public var directory: String?
    /// The ledger is there to be read: no engine is let in, nothing is taken or changed.
    public var isReadOnly = false

    public init() {}
}
