import ArgumentParser
import FarmTransport
import TaskFarm

/// Which results are shown, in which order, and what of them.
struct ResultOptions: ParsableArguments {
    @Option(help: "Only tasks in one of these states, as failed,expired.")
    var state: String?
    @Flag(help: "Only tasks that did not succeed.")
    var failed = false
    @Option(
        help:
            "Only rows of which this holds: parameters, fields of values, and state, seconds, exit, attempt, engine; as 'n >= 64 and error < 1e-3'."
    )
    var filter: String?
    @Option(
        parsing: .unconditional,
        help: "Columns to sort by, as error,-seconds; - for the largest first. Default: the order of tasks.")
    var sort: String?
    @Option(help: "The columns to show, as n,error,seconds. JSON objects have only these then.")
    var columns: String?

    func validate() throws {
        _ = try states()
        _ = try condition()
        for (option, text) in [("sort", sort), ("columns", columns)] {
            if let text, Self.words(text).contains("") || Self.words(text).contains("-") {
                throw ValidationError("--\(option) '\(text)': expected names of columns, with commas between")
            }
        }
    }

    /// Nil for all.
    func states() throws -> Set<TaskState>? {
        let bad: Set<TaskState> = [.failed, .cancelled, .impossible, .expired]
        guard let state else { return failed ? bad : nil }
        if failed { throw ValidationError("--failed and --state exclude each other") }
        return Set(
            try Self.words(state).map { word in
                guard let found = TaskState.allCases.first(where: { $0.word == word }) else {
                    let words = TaskState.allCases.map(\.word)
                    let hint = Spelling.hint(word, in: words)
                    throw ValidationError(
                        "--state '\(word)': "
                            + (hint.isEmpty
                                ? "expected \(words.joined(separator: ", "))"
                                : "there is no such state\(hint)"))
                }
                return found
            })
    }

    func condition() throws -> Condition? {
        guard let filter else { return nil }
        do throws(TemplateError) {
            return try Condition(ofRows: filter)
        } catch {
            let before = String(decoding: filter.utf8.prefix(error.offset), as: UTF8.self)
            throw ValidationError("--filter, at character \(before.count + 1): \(error.message)")
        }
    }

    /// The keys to sort by, and whether the largest comes first.
    var sortKeys: [(name: String, isDescending: Bool)] {
        (sort.map(Self.words) ?? []).map { word in
            word.hasPrefix("-") ? (String(word.dropFirst()), true) : (word, false)
        }
    }

    /// Whether the first rows can be told without a look at the others.
    var isPlain: Bool { state == nil && !failed && filter == nil && sort == nil && columns == nil }

    var columnNames: [String]? { columns.map(Self.words) }

    private static func words(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}
