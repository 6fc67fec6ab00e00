/// Why a payload could not be written or read: what was expected, what came, and where in it.
public struct PayloadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it was; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case damaged, unknownCodec, wrongType, notExact, invalidJSON, notEncodable, missing
        }
        private let kind: Kind

        /// Bytes are missing or left over.
        public static let damaged = Code(kind: .damaged)
        /// The codec byte is none of ``PayloadCodec``.
        public static let unknownCodec = Code(kind: .unknownCodec)
        /// It is a good value, but not of the type wanted.
        public static let wrongType = Code(kind: .wrongType)
        /// A number that the type wanted cannot hold exactly.
        public static let notExact = Code(kind: .notExact)
        /// The text is not JSON.
        public static let invalidJSON = Code(kind: .invalidJSON)
        /// The value refused to be encoded.
        public static let notEncodable = Code(kind: .notEncodable)
        /// There is no value of that name.
        public static let missing = Code(kind: .missing)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// What kind of trouble it was.
    public let code: Code
    /// A sentence for people.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
