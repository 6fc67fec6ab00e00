import FarmTransport

/// Thrown where a value was asked for and the task has none, or none of the type wanted.
public struct TaskFailure: Error, Sendable, CustomStringConvertible {
    private final class Storage: Sendable {
        let outcome: TaskOutcome
        let decoding: PayloadError?

        init(_ outcome: TaskOutcome, _ decoding: PayloadError?) {
            self.outcome = outcome
            self.decoding = decoding
        }
    }

    private let storage: Storage

    init(_ outcome: TaskOutcome, decoding: PayloadError? = nil) { storage = Storage(outcome, decoding) }

    /// All that is known of the task.
    public var outcome: TaskOutcome { storage.outcome }
    /// Set when the task succeeded, but its value is of another type.
    public var decoding: PayloadError? { storage.decoding }

    /// One line: which task, how it ended, after how many attempts, and its error.
    public var description: String {
        if let decoding { return "task \(outcome.id) succeeded, but its value is not as wanted: \(decoding)" }
        var text = "task \(outcome.id) is \(outcome.state.word)"
        if outcome.cause != .none, outcome.cause.word != outcome.state.word {
            text += " (\(outcome.cause.word))"
        }
        if let root = outcome.rootCause, root != outcome.id { text += " because of task \(root)" }
        if outcome.exitCode != 0 {
            text += outcome.exitCode < 0 ? ", signal \(-outcome.exitCode)" : ", exit code \(outcome.exitCode)"
        }
        if outcome.attempts > 1 { text += ", after \(outcome.attempts) attempts" }
        if !outcome.error.isEmpty { text += ": \(outcome.error)" }
        return text
    }
}
