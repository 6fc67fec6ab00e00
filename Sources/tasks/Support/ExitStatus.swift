/// What the command ends with; docs/operations.md lists them for users.
enum ExitStatus: Int32 {
    /// All succeeded.
    case succeeded = 0
    /// Some task did not, or what was to be cancelled had ended.
    case someFailed = 1
    /// The input or the command line is refused, or the system failed.
    case refused = 2
    /// No controller answers.
    case noController = 3
    /// The capability does not permit it.
    case notPermitted = 4
    /// Ended by a signal from the keyboard or the like.
    case interrupted = 130
}

/// Ends a command: what is said on standard error, and the exit code.
struct CommandFailure: Error {
    var status: ExitStatus
    /// What was wrong, where, and what to do; nothing is said if it is empty.
    var message: String
    /// Lines that stand before the message as they are, for errors that name a place in a file.
    var details: [String] = []

    init(_ status: ExitStatus, _ message: String, details: [String] = []) {
        self.status = status
        self.message = message
        self.details = details
    }

    /// Ends with a code when all has been said.
    static func silent(_ status: ExitStatus) -> CommandFailure { CommandFailure(status, "") }
}
