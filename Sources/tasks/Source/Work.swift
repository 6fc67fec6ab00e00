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
    /// Whether some tasks are for lanes, which are not for every client.
    var lanes = LaneUse.none
    /// The next part; nil behind the last. Without a lookup whatever names other jobs is refused.
    let next: (JobLookup?) async throws -> SubmissionPart?

    private init(name: String, next: @escaping (JobLookup?) async throws -> SubmissionPart?) {
        self.name = name
        self.next = next
    }

    /// Lines of a file, read as parts are asked for.
    init(name: String, lanes: LaneUse, lines next: @escaping () throws -> PartDraft?) {
        self.init(name: name) { lookup in
            guard let draft = try next() else { return nil }
            guard let lookup else { return try draft.whole() }
            return try await draft.resolved(lookup.sources)
        }
        self.lanes = lanes
    }

    /// A job that was read whole. All that names other jobs is looked up before its first part.
    init(_ batch: Batch, key: UniqueKey, surroundings: Surroundings) {
        var batch = batch
        var rest: ArraySlice<SubmissionPart>?
        self.init(name: batch.name) { lookup in
            if rest == nil {
                if let lookup {
                    try await batch.resolve(lookup.sources)
                } else {
                    try batch.requireNoReferences()
                }
                rest = batch.parts(key: key, surroundings: surroundings)[...]
            }
            return rest?.popFirst()
        }
        engines = batch.engines
        lanes = batch.groups.contains { !$0.policy.lane.isEmpty } ? .some : .none
    }
}
