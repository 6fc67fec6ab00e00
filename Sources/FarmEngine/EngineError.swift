/// Why an engine cannot start or serve: what was wrong, where, and what to do.
public struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it was; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case duplicateFunction, unknownFunction, badArgument, badTemplate, badResult, cannotStart,
                notPermitted
        }
        private let kind: Kind

        /// Two functions of one name, or one without a name.
        public static let duplicateFunction = Code(kind: .duplicateFunction)
        /// A task calls a function that is not registered here.
        public static let unknownFunction = Code(kind: .unknownFunction)
        /// The command line of an engine is not understood.
        public static let badArgument = Code(kind: .badArgument)
        /// A task's template or surroundings cannot be read.
        public static let badTemplate = Code(kind: .badTemplate)
        /// A task ended well, but its result is not there or not as declared.
        public static let badResult = Code(kind: .badResult)
        /// The engine or an attempt lacks something on this host.
        public static let cannotStart = Code(kind: .cannotStart)
        /// The controller does not let it in.
        public static let notPermitted = Code(kind: .notPermitted)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// What kind of trouble it was.
    public let code: Code
    /// A sentence for people.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
