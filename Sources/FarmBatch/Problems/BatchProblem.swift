/// One thing that is wrong with a batch file, or that should be said of it.
public struct BatchProblem: Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public struct Code: Hashable, Sendable {
        private enum Kind: Hashable, Sendable {
            case unreadable, notText, empty, syntax, limit, duplicate, unknownKey, unsupported, wrongType,
                badValue
            case missing, dependency, expression, ignored, refused, doubtful, scheduled
        }

        private let kind: Kind

        /// The file is missing, a directory, or not permitted.
        public static let unreadable = Code(kind: .unreadable)
        /// Not UTF-8, or characters that text does not have.
        public static let notText = Code(kind: .notText)
        /// Nothing in it.
        public static let empty = Code(kind: .empty)
        /// Not YAML, or not JSON.
        public static let syntax = Code(kind: .syntax)
        /// Too large, too deep, too many.
        public static let limit = Code(kind: .limit)
        /// A key given twice.
        public static let duplicate = Code(kind: .duplicate)
        /// A key that means nothing here.
        public static let unknownKey = Code(kind: .unknownKey)
        /// A key that this version does not support yet.
        public static let unsupported = Code(kind: .unsupported)
        /// A mapping where a text is wanted, and the like.
        public static let wrongType = Code(kind: .wrongType)
        /// The right type, but not a value that can be used.
        public static let badValue = Code(kind: .badValue)
        /// A key that must be there.
        public static let missing = Code(kind: .missing)
        /// An `after` that names nothing, itself, or closes a circle.
        public static let dependency = Code(kind: .dependency)
        /// A `${{ }}` that cannot be used.
        public static let expression = Code(kind: .expression)
        /// What only the controller knows is against it.
        public static let refused = Code(kind: .refused)
        /// Only a warning: read, and left out of account.
        public static let ignored = Code(kind: .ignored)
        /// Only a warning: it can be done, but is hardly what was meant.
        public static let doubtful = Code(kind: .doubtful)
        /// Only a warning: it counts for schedules alone.
        public static let scheduled = Code(kind: .scheduled)
    }

    /// What kind of fault it is.
    public var code: Code
    /// As the file was named by whoever gave it; `-` for standard input.
    public var file: String
    /// From 1; 0 if it is about the file as a whole.
    public var line: Int
    /// From 1, in characters (Unicode scalars); 0 if it is about the line or file as a whole.
    public var column: Int
    /// What was expected, what was found, and what was probably meant.
    public var message: String

    /// A problem at a place; without line and column it is about the whole file.
    public init(_ code: Code, file: String, line: Int = 0, column: Int = 0, _ message: String) {
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `FILE:LINE:COLUMN: MESSAGE`.
    public var description: String {
        file + (line > 0 ? ":\(line)" : "") + (line > 0 && column > 0 ? ":\(column)" : "") + ": " + message
    }
}

/// Why a batch is refused: its problems in the order of the file, at most 20 of them.
public struct BatchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Problems that are collected before reading stops.
    public static let limit = 20

    /// In the order of the file.
    public var problems: [BatchProblem]
    /// There were more.
    public var isCut: Bool

    /// A refusal for these problems.
    public init(_ problems: [BatchProblem], isCut: Bool = false) {
        self.problems = problems
        self.isCut = isCut
    }

    init(_ code: BatchProblem.Code, file: String, line: Int = 0, column: Int = 0, _ message: String) {
        self.init([BatchProblem(code, file: file, line: line, column: column, message)])
    }

    /// A line a problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n") + (isCut ? "\n… and more; these first" : "")
    }
}
