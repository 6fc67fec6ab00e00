import FarmTemplate

/// `--recovery` of the command line, for all tasks that do not say themselves what follows when all tries
/// have failed.
struct RecoveryOption: Sendable {
    static let name = "--recovery"

    let item: Item
    let source: SourceText

    /// Gives a task that has been checked its recoveries.
    /// - Returns: what is wrong with them, for this task.
    func add(to draft: inout TaskDraft, called name: String) -> ProblemLog {
        let log = ProblemLog(file: Self.name)
        let reader = TaskReader(log: log, defaults: nil, policy: TaskPolicy())
        if reader.readRecoveries(item, into: &draft) {
            reader.checkRecoveries(&draft, name: name, at: item.position, in: source)
        }
        return log
    }
}
