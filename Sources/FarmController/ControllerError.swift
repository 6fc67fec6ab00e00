/// Why a controller could not start, or a request to it could not be carried out.
public struct ControllerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public struct Code: Sendable, Hashable {
        enum Kind { case profileInUse, badProfile, addressInUse, badLedger, failed }
        let kind: Kind

        /// Another controller runs on the profile.
        public static let profileInUse = Code(kind: .profileInUse)
        /// The profile's directory, keys or lock cannot be used.
        public static let badProfile = Code(kind: .badProfile)
        /// A port or socket is taken.
        public static let addressInUse = Code(kind: .addressInUse)
        /// The ledger cannot be used: damaged, of a later version, missing, or not to be written.
        public static let badLedger = Code(kind: .badLedger)
        /// The system refused something.
        public static let failed = Code(kind: .failed)
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
