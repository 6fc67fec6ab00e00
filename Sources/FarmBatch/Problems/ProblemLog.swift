/// Collects what is wrong with a file, and with those that it extends, while they are read.
final class ProblemLog {
    /// The one that was given, then those that it extends.
    private(set) var files: [File]
    private(set) var problems: [BatchProblem] = []
    private(set) var warnings: [BatchProblem] = []
    /// Problems that were said, also those that are not kept: how one that reads a piece knows whether it is
    /// good.
    private(set) var faultCount = 0
    private var isCut = false
    /// Files that were read for the first one, each once.
    private(set) var otherFiles: [String] = []

    /// A file that is read.
    struct File {
        /// As whoever gave it, or the file that extends it, has named it.
        var name: String
        /// Its text, once it is known to be one.
        var source: SourceText?
    }

    init(file: String) { files = [File(name: file)] }

    /// The file that a place is in.
    func file(of position: Position) -> File { files[position.file] }

    /// Notes the text of the file that was given.
    func note(_ source: SourceText) { files[0].source = source }

    /// Notes a file that was read for the one that was given.
    func note(otherFile path: String) {
        if !otherFiles.contains(path) { otherFiles.append(path) }
    }

    /// A further file; places in it have the number that is returned.
    func add(_ file: File) -> Int {
        files.append(file)
        return files.count - 1
    }

    /// Enough is known: reading need not go on.
    var isFull: Bool { problems.count >= BatchError.limit }

    func add(_ code: BatchProblem.Code, at position: Position, _ message: String) {
        faultCount += 1
        let problem = problem(code, at: position, message)
        // Defaults are read with every task, and would complain with every task.
        if problems.contains(problem) { return }
        if isFull { isCut = true } else { problems.append(problem) }
    }

    /// Takes over what is wrong with a file that this one names.
    func add(_ other: ProblemLog) {
        faultCount += other.faultCount
        for problem in other.problems where !problems.contains(problem) {
            if isFull { isCut = true } else { problems.append(problem) }
        }
    }

    /// Notes that what follows was not looked at.
    func cut() { isCut = true }

    func warn(_ code: BatchProblem.Code, at position: Position, _ message: String) {
        let warning = problem(code, at: position, message)
        if warnings.count < BatchError.limit, !warnings.contains(warning) { warnings.append(warning) }
    }

    private func problem(
        _ code: BatchProblem.Code, at position: Position, _ message: String
    ) -> BatchProblem {
        BatchProblem(
            code, file: file(of: position).name, line: position.line, column: position.column, message)
    }

    /// Throws what was collected, if anything was.
    func finish() throws(BatchError) {
        if problems.isEmpty { return }
        let sorted = problems.enumerated().sorted { a, b in
            (rank(a.element), a.element.line, a.element.column, a.offset)
                < (rank(b.element), b.element.line, b.element.column, b.offset)
        }
        throw BatchError(sorted.map(\.element), isCut: isCut)
    }

    private func rank(_ problem: BatchProblem) -> Int {
        files.firstIndex { $0.name == problem.file } ?? files.count
    }
}
