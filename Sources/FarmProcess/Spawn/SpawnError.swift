/// Why a child could not be started.
public struct SpawnError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for programs to tell apart.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String, Sendable {
            case programNotFound, permissionDenied, programIsDirectory, badFormat, interpreterMissing
            case directoryMissing, directoryUnusable, inputUnavailable, outputUnavailable
            case argumentsTooLong, resourcesExhausted, invalidRequest, system
        }

        let kind: Kind

        /// No such file, or none of that name in the child's `PATH`.
        public static let programNotFound = Code(kind: .programNotFound)
        /// The file is there but may not be executed.
        public static let permissionDenied = Code(kind: .permissionDenied)
        /// The path names a directory.
        public static let programIsDirectory = Code(kind: .programIsDirectory)
        /// Neither a program for this machine nor a script that names its interpreter.
        public static let badFormat = Code(kind: .badFormat)
        /// The script is there, but not the interpreter (or loader) that it names.
        public static let interpreterMissing = Code(kind: .interpreterMissing)
        /// The child's directory does not exist.
        public static let directoryMissing = Code(kind: .directoryMissing)
        /// The child's directory is not a directory, or may not be entered.
        public static let directoryUnusable = Code(kind: .directoryUnusable)
        /// The file for standard input cannot be opened.
        public static let inputUnavailable = Code(kind: .inputUnavailable)
        /// The file for standard output or standard error cannot be opened.
        public static let outputUnavailable = Code(kind: .outputUnavailable)
        /// Arguments and environment together are longer than the kernel takes.
        public static let argumentsTooLong = Code(kind: .argumentsTooLong)
        /// Out of processes, descriptors or memory; trying again later may work.
        public static let resourcesExhausted = Code(kind: .resourcesExhausted)
        /// The request itself cannot be carried out.
        public static let invalidRequest = Code(kind: .invalidRequest)
        /// Any other refusal by the system; see `errorNumber`.
        public static let system = Code(kind: .system)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// What went wrong, for programs to tell apart.
    public let code: Code
    /// What was wrong, where, and what to do.
    public let message: String
    /// The file or directory in question, or empty.
    public let path: String
    /// The system's error number, or 0.
    public let errorNumber: Int32

    init(_ code: Code, _ message: String, path: String = "", errorNumber: Int32 = 0) {
        self.code = code
        self.message = message
        self.path = path
        self.errorNumber = errorNumber
    }

    /// The message.
    public var description: String { message }
}
