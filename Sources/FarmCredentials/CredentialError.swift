/// Why a credential, a key or a private file was refused. The message says what, where and what to do, and
/// never holds a secret.
public struct CredentialError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal, to decide on. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case missing, looseMode, wrongOwner, notRegular, malformed, unknownRole, newerFormat, expired
            case badSignature, wrongFarm, wrongController, keyMismatch, invalidField, pathTooLong, io, crypto
            case unknownSerial
        }
        private let kind: Kind

        /// The file or directory does not exist.
        public static let missing = Code(kind: .missing)
        /// The group or others may use what has to be private.
        public static let looseMode = Code(kind: .looseMode)
        /// It belongs to another user.
        public static let wrongOwner = Code(kind: .wrongOwner)
        /// A symbolic link, device or directory stands where a plain file or directory has to be.
        public static let notRegular = Code(kind: .notRegular)
        /// Not JSON, or a field is missing or of the wrong type; the message names it. For bytes: not a
        /// grant.
        public static let malformed = Code(kind: .malformed)
        /// The role is none of ``Role``.
        public static let unknownRole = Code(kind: .unknownRole)
        /// Written by a later version of this software.
        public static let newerFormat = Code(kind: .newerFormat)
        /// Past its date.
        public static let expired = Code(kind: .expired)
        /// The signature does not fit: made by another controller, or changed since.
        public static let badSignature = Code(kind: .badSignature)
        /// Issued for another farm.
        public static let wrongFarm = Code(kind: .wrongFarm)
        /// Names another controller key than this controller's.
        public static let wrongController = Code(kind: .wrongController)
        /// The two halves of a key pair do not belong together.
        public static let keyMismatch = Code(kind: .keyMismatch)
        /// A value given to the issuer is out of its limits.
        public static let invalidField = Code(kind: .invalidField)
        /// A socket path would be longer than Linux allows.
        public static let pathTooLong = Code(kind: .pathTooLong)
        /// The system refused to read or write.
        public static let io = Code(kind: .io)
        /// libcrypto or libzmq could not do its part.
        public static let crypto = Code(kind: .crypto)
        /// No key of this serial was issued.
        public static let unknownSerial = Code(kind: .unknownSerial)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }

    /// The kind of refusal.
    public let code: Code
    /// What was wrong, where, and what to do, for a person.
    public let message: String

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
