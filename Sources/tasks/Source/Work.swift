import FarmBatch
import TaskFarm

/// A job that is ready to be submitted, part by part.
///
/// Unchecked, since the readers behind it are no values: one Swift task at a time asks for parts.
struct Work: @unchecked Sendable {
    /// Empty if the job has none.
    var name: String
    /// What the file says of engines to start.
    var engines: EngineSettings?
    /// The next part; nil behind the last.
    let next: () throws -> SubmissionPart?

    init(name: String, next: @escaping () throws -> SubmissionPart?) {
        self.name = name
        self.next = next
    }

    init(_ batch: Batch, _ parts: [SubmissionPart]) {
        var rest = parts[...]
        self.init(name: batch.name) { rest.popFirst() }
        engines = batch.engines
    }
}
