/// Bytes from a peer that are no message: which field, where in the body, what is wrong with it.
public struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of fault; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Base: String {
            case truncated, trailingBytes, overLimit, badValue, badText, badMagic, badVersion, unknownKind
        }
        let base: Base

        /// The bytes end inside a field, or a count or length promises more than is there.
        public static let truncated = Code(base: .truncated)
        /// Bytes are left behind the last field.
        public static let trailingBytes = Code(base: .trailingBytes)
        /// A length or count is over the field's limit.
        public static let overLimit = Code(base: .overLimit)
        /// A number that the field does not allow.
        public static let badValue = Code(base: .badValue)
        /// A string is not UTF-8.
        public static let badText = Code(base: .badText)
        /// The frame does not begin as ours do.
        public static let badMagic = Code(base: .badMagic)
        /// The frame is of another version.
        public static let badVersion = Code(base: .badVersion)
        /// The frame's kind is not known.
        public static let unknownKind = Code(base: .unknownKind)

        /// The code's name.
        public var description: String { base.rawValue }
    }

    /// What is wrong.
    public var code: Code
    /// The field's name in docs/protocol.md.
    public var field: String
    /// Bytes from the start of the message body (of the frame, for its header; of the payload, for its
    /// sections).
    public var offset: Int
    /// What is wrong and what would be right, for a person.
    public var message: String

    init(_ code: Code, _ field: StaticString, at offset: Int, _ message: String) {
        self.code = code
        self.field = "\(field)"
        self.offset = offset
        self.message = message
    }

    /// One line: field, place, what is wrong.
    public var description: String { "\(field) at byte \(offset): \(message)" }
}
