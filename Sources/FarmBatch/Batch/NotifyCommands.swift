/// `notify:` of a batch file: shell lines that are run when a scheduled run has ended.
public struct NotifyCommands: Hashable, Sendable {
    /// When it went wrong.
    public var failure: String?
    /// When it went well, and the one before had gone wrong.
    public var recovery: String?
    /// When it went well otherwise.
    public var success: String?

    /// None of them.
    public init() {}

    init?(_ item: Item, _ log: ProblemLog) {
        guard let fields = Fields(item, of: "`notify`", BatchKeys.notify, log) else { return nil }
        failure = Self.line(fields, "failure", log)
        recovery = Self.line(fields, "recovery", log)
        success = Self.line(fields, "success", log)
    }

    private static func line(_ fields: Fields, _ key: String, _ log: ProblemLog) -> String? {
        guard let item = fields[key], let text = log.fixed(item, key, "a line for the shell") else {
            return nil
        }
        if text.allSatisfy(\.isWhitespace) {
            log.add(.badValue, at: item.position, "`\(key)` is empty: leave it out to be told nothing")
        }
        return text
    }
}
