/// Why an operation over MPI did not come about: what was wrong, where, and what to do.
public struct MPIError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it was; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case noWorld, noThreads, cancelled, badArgument, tooLarge, tooLong, unreceived, badValue, failed
        }
        private let kind: Kind

        /// This process is none that `mpiexec` started as an engine.
        public static let noWorld = Code(kind: .noWorld)
        /// The MPI library does not let several threads call it.
        public static let noThreads = Code(kind: .noThreads)
        /// The attempt was told to stop while it waited for other ranks.
        public static let cancelled = Code(kind: .cancelled)
        /// A rank, tag or count that cannot be.
        public static let badArgument = Code(kind: .badArgument)
        /// More elements than MPI can count.
        public static let tooLarge = Code(kind: .tooLarge)
        /// A message is longer than the room for it.
        public static let tooLong = Code(kind: .tooLong)
        /// Messages were sent that nobody received.
        public static let unreceived = Code(kind: .unreceived)
        /// A value cannot be encoded, or what came is none of its type.
        public static let badValue = Code(kind: .badValue)
        /// The MPI library says that it failed.
        public static let failed = Code(kind: .failed)

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
