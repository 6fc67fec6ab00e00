/// Why a ledger cannot be opened, read or written.
public struct LedgerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public struct Code: Sendable, Hashable {
        enum Kind { case missing, newer, damaged, unusable }
        let kind: Kind

        /// There is none at that place.
        public static let missing = Code(kind: .missing)
        /// A later version of the program has written it.
        public static let newer = Code(kind: .newer)
        /// What it holds is not what was written.
        public static let damaged = Code(kind: .damaged)
        /// The system refuses: permissions, no room, no directory.
        public static let unusable = Code(kind: .unusable)
    }

    public let code: Code
    /// What was wrong, where, and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
