/// Why a command did not come to any engine. What an engine says to it is an ``EngineFailure``; that the farm
/// cannot be reached, a `TaskClientError`.
public struct MultiEngineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of trouble, to decide on. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable { case noEngines, unknownEngine, badInput, timedOut }
        private let kind: Kind

        /// The farm has no engines at this moment.
        public static let noEngines = Code(kind: .noEngines)
        /// One of the engines that are named is not there.
        public static let unknownEngine = Code(kind: .unknownEngine)
        /// An argument makes no sense, or a value cannot be sent.
        public static let badInput = Code(kind: .badInput)
        /// Not so many engines have come in the time.
        public static let timedOut = Code(kind: .timedOut)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of trouble.
    public let code: Code
    /// What was wrong, where, and what to do.
    public let message: String

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static let noEngines = MultiEngineError(
        .noEngines, "there are no engines; start some with `tasks engine start`")
}
