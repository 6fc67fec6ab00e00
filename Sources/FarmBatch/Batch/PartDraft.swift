public import FarmTemplate

/// A part of a submission, with what is still to be looked up in it.
public struct PartDraft: Sendable {
    package internal(set) var part: SubmissionPart
    /// What of its groups names jobs by what only the controller knows; mostly empty.
    public private(set) var references: [JobReference]

    init(_ part: SubmissionPart, _ references: [JobReference]) {
        self.part = part
        self.references = references
    }

    /// Whether some of its tasks are for lanes.
    public var usesLanes: Bool { part.groups.contains { !$0.policy.lane.isEmpty } }

    /// The part with the references looked up.
    ///
    /// - Parameters:
    ///   - find: what a reference stands for; `BatchError` if for nothing.
    ///   - count: how many tasks a job has, nil if more may come; only asked for `at-least`.
    /// - Throws: what `find` throws; problems of all references together.
    public func resolved(
        _ find: (JobReference) async throws -> [Dependency.Source],
        counting count: (JobID) async throws -> UInt64? = { _ in nil }
    ) async throws -> SubmissionPart {
        var part = part
        try await JobReference.resolve(references, in: &part.groups, find, counting: count)
        return part
    }

    /// The part, where there is no farm to look anything up in.
    /// - Throws: a problem for each reference.
    public func whole() throws(BatchError) -> SubmissionPart {
        try JobReference.refuse(references)
        return part
    }
}

extension JobReference {
    /// - Throws: a problem for each reference, since nobody can look it up.
    static func refuse(_ references: [JobReference]) throws(BatchError) {
        if references.isEmpty { return }
        throw BatchError(
            references.prefix(BatchError.limit).map {
                $0.problem(
                    "other jobs are found only in a farm that is there: start one (`tasks cluster start`) and hand"
                        + " this in by `tasks submit`")
            }, isCut: references.count > BatchError.limit)
    }
}
