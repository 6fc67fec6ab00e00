/// Why an expression is refused: what is wrong, and what to write instead.
public struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sentence without its end.
    public let message: String

    /// The message.
    public var description: String { message }

    init(_ message: String) { self.message = message }
}
