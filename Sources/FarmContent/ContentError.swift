import Glibc

/// Why the content of a path is not known.
public struct ContentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of error it is.
    public struct Code: Hashable, Sendable {
        private let value: UInt8

        /// Nothing is there.
        public static let missing = Code(value: 0)
        /// It is there and cannot be read.
        public static let unreadable = Code(value: 1)
        /// More files than are looked at.
        public static let tooMany = Code(value: 2)
    }

    /// What kind of error it is.
    public let code: Code
    /// The path as it was asked for.
    public let path: String
    /// What is wrong with it, in words that follow its name.
    public let reason: String

    init(_ code: Code, _ path: String, _ reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }

    /// From `errno`.
    init(_ path: String, errno code: Int32) {
        if code == ENOENT || code == ENOTDIR {
            self.init(.missing, path, "is not there")
        } else {
            self.init(.unreadable, path, "cannot be read: \(String(cString: strerror(code)))")
        }
    }

    public var description: String { "\(path) \(reason)" }
}
