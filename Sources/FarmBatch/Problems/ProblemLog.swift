/// Collects what is wrong with one file while it is read.
final class ProblemLog {
    let file: String
    private(set) var problems: [BatchProblem] = []
    private(set) var warnings: [BatchProblem] = []
    private var isCut = false
    /// The file's text, once it is known to be one.
    var source: SourceText?

    init(file: String) { self.file = file }

    /// Enough is known: reading need not go on.
    var isFull: Bool { problems.count >= BatchError.limit }

    func add(_ code: BatchProblem.Code, at position: Position, _ message: String) {
        let problem = BatchProblem(code, file: file, line: position.line, column: position.column, message)
        // Defaults are read with every task, and would complain with every task.
        if problems.contains(problem) { return }
        if isFull { isCut = true } else { problems.append(problem) }
    }

    /// Takes over what is wrong with a file that this one names.
    func add(_ other: ProblemLog) {
        for problem in other.problems where !problems.contains(problem) {
            if isFull { isCut = true } else { problems.append(problem) }
        }
    }

    /// Notes that what follows was not looked at.
    func cut() { isCut = true }

    func warn(_ code: BatchProblem.Code, at position: Position, _ message: String) {
        warnings.append(BatchProblem(code, file: file, line: position.line, column: position.column, message))
    }

    /// Throws what was collected, if anything was.
    func finish() throws(BatchError) {
        if problems.isEmpty { return }
        let sorted = problems.enumerated().sorted { a, b in
            (a.element.line, a.element.column, a.offset) < (b.element.line, b.element.column, b.offset)
        }
        throw BatchError(sorted.map(\.element), isCut: isCut)
    }
}
