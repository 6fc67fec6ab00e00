/// Why a namespace did not take or give a value.
public struct NamespaceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it was; more may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case unknownName, overLimit, notValue, kernelDied, failed }
        private let kind: Kind

        /// There is no value of that name.
        public static let unknownName = Code(kind: .unknownName)
        /// The values that an engine holds without a kernel would be too large together.
        public static let overLimit = Code(kind: .overLimit)
        /// What is called so in Python cannot be sent.
        public static let notValue = Code(kind: .notValue)
        /// The Python kernel has ended, and the namespace with it.
        public static let kernelDied = Code(kind: .kernelDied)
        /// Anything else.
        public static let failed = Code(kind: .failed)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// What kind of trouble it was.
    public let code: Code
    /// What was wrong, and what to do.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
