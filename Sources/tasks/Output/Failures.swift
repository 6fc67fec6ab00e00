import FarmTransport
import TaskFarm

/// Says what went wrong with tasks: each with its error and the last lines that it wrote to standard error.
enum Failures {
    /// Tasks that are shown; the table has them all.
    private static let shownTasks = 20
    private static let shownLines = 5

    /// Says it on standard error; nothing if all have succeeded.
    static func say(_ rows: [ResultTable.Row]) {
        let failed = rows.filter { $0.outcome.map { $0.state != .succeeded } ?? false }
        for row in failed.prefix(shownTasks) {
            guard let outcome = row.outcome else { continue }
            let name = row.task.name.isEmpty ? "" : " \(row.task.name)"
            Terminal.quote("\(outcome.state.word): \(outcome.id)\(name): \(reason(outcome))")
            for line in lastLines(outcome.standardError) { Terminal.quote("    | \(line)") }
        }
        if failed.count > shownTasks {
            Terminal.say(
                "… and \(failed.count - shownTasks) more that did not succeed: they stand in the table")
        }
    }

    /// Why a task did not succeed, in a line.
    ///
    /// - Parameter rootError: what went wrong with `rootCause`, where the outcome does not know.
    static func reason(_ outcome: TaskOutcome, rootError: String = "", saysAttempts: Bool = true) -> String {
        let error = outcome.error.isEmpty ? rootError : outcome.error
        var words = error.isEmpty ? outcome.cause.word : error
        if let root = outcome.rootCause, root != outcome.id, !words.contains(root.description) {
            words = "because of task \(root)" + (error.isEmpty ? "" : ": \(error)")
        }
        if saysAttempts, outcome.attempts > 1 { words += " (after \(outcome.attempts) attempts)" }
        return printable(words)
    }

    /// Nothing in it moves a cursor or changes a colour.
    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }

    private static func lastLines(_ bytes: [UInt8]) -> [String] {
        let lines = bytes.suffix(8192).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        return lines.suffix(shownLines).map { line in
            printable(String(decoding: line.prefix(300), as: UTF8.self))
        }
    }
}
