/// Why engines could not be started: what was wrong, where, and what to do.
public struct LaunchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it was; more may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case cannotStart, ended, notRegistered, unreachable, refused, badTemplate
        }
        private let kind: Kind

        /// The engine's program is missing, or cannot be run.
        public static let cannotStart = Code(kind: .cannotStart)
        /// An engine was started and has ended at once.
        public static let ended = Code(kind: .ended)
        /// An engine runs, and has not come to its controller in time.
        public static let notRegistered = Code(kind: .notRegistered)

        /// A host cannot be reached, or lets nobody in.
        public static let unreachable = Code(kind: .unreachable)
        /// A batch system has refused an allocation, or does not answer.
        public static let refused = Code(kind: .refused)
        /// A script's template cannot be used; the message names the place.
        public static let badTemplate = Code(kind: .badTemplate)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// What kind of trouble it was.
    public let code: Code
    /// A sentence for people.
    public let message: String

    /// An error with its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
