/// What was wrong with a frame that came. The message says what, and what the sender should do.
public struct ChannelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of fault, to decide on. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case malformed, sequence, messageTooLong, mixedFragments
        }
        private let kind: Kind

        /// The header is none: too short, wrong magic or version, unknown kind or flags, body too long.
        public static let malformed = Code(kind: .malformed)
        /// A frame is missing or came twice. The session is reset: the peer says hello anew.
        public static let sequence = Code(kind: .sequence)
        /// The whole message is over the limit.
        public static let messageTooLong = Code(kind: .messageTooLong)
        /// Pieces of two messages are mixed, or a piece is empty.
        public static let mixedFragments = Code(kind: .mixedFragments)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of fault.
    public let code: Code
    /// What was wrong and what the sender should do.
    public let message: String

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
