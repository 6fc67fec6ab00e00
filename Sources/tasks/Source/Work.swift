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
    /// The next part with what is to be looked up still in it, for a look at it; nil behind the last. Not
    /// together with `next`.
    let nextDraft: () throws -> PartDraft?
    /// What the controller says against a group, at its place in the file; nil if that is not known.
    private var place: (String) -> BatchProblem? = { _ in nil }

    private init(
        name: String, drafts nextDraft: @escaping () throws -> PartDraft?,
        next: @escaping (JobLookup?) async throws -> SubmissionPart?
    ) {
        self.name = name
        self.next = next
        self.nextDraft = nextDraft
    }

    /// Lines of a file, read as parts are asked for.
    init(
        name: String, lanes: LaneUse, place: @escaping (String) -> BatchProblem? = { _ in nil },
        lines next: @escaping () throws -> PartDraft?
    ) {
        self.init(name: name, drafts: next) { lookup in
            guard let draft = try next() else { return nil }
            guard let lookup else { return try draft.whole() }
            return try await draft.resolved(lookup.sources, counting: lookup.taskCount)
        }
        self.lanes = lanes
        self.place = place
    }

    /// A job that was read whole. All that names other jobs is looked up before its first part.
    ///
    /// - Parameter place: what the controller says against a group, at its place.
    init(
        _ batch: Batch, key: UniqueKey, surroundings: Surroundings,
        place: @escaping (String) -> BatchProblem? = { _ in nil }
    ) {
        var batch = batch
        var rest: ArraySlice<SubmissionPart>?
        var drafts: ArraySlice<PartDraft>?
        let whole = batch
        self.init(
            name: batch.name,
            drafts: {
                if drafts == nil { drafts = whole.drafts(key: key, surroundings: surroundings)[...] }
                return drafts?.popFirst()
            }
        ) { lookup in
            if rest == nil {
                if let lookup {
                    try await batch.resolve(lookup.sources, counting: lookup.taskCount)
                } else {
                    try batch.requireNoReferences()
                }
                rest = batch.parts(key: key, surroundings: surroundings)[...]
            }
            return rest?.popFirst()
        }
        self.place = place
        engines = batch.engines
        lanes = batch.groups.contains { !$0.policy.lane.isEmpty } ? .some : .none
    }

    /// Hands the job in. Without a lookup whatever names other jobs is refused.
    /// - Throws: `BatchError` for what is wrong at a place that is known, else what went wrong.
    func submit(to farm: TaskClient, _ lookup: JobLookup?) async throws -> JobHandle {
        do {
            return try await farm.submit { try await next(lookup) }
        } catch let error as TaskClientError where [.refused, .overLimit].contains(error.code) {
            guard let problem = place(error.message) else { throw error }
            throw BatchError([problem])
        }
    }
}
