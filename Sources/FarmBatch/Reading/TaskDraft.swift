import FarmTemplate

/// A task of a batch file while it is read.
struct TaskDraft {
    var template = TaskTemplate(.arguments([]))
    var policy = TaskPolicy()
    /// Where each field of the template was written, by `TemplateError.field`.
    var origins: [String: Item] = [:]
    /// What follows when all tries have failed.
    var recoveries: [TaskDraft] = []
    /// The `after` as it was written.
    var after: [DependencyDraft] = []
    /// The `follow` as it was written.
    var follow: FollowDraft?
    /// Tasks in it.
    var count: UInt64 = 1
    /// Tasks whose results its templates name.
    var results: Set<String> = []

    /// Tasks of the file that have succeeded when it begins, as far as they are tasks of the file.
    var succeeded: [String] {
        after.filter { $0.quorum == .all && $0.when == .succeeded }.flatMap(\.sources).compactMap {
            guard case .task(let name) = $0.name else { return nil }
            return name
        }
    }

    /// The policy, with recoveries whose templates come behind the task's, which is number `template`.
    func policy(template: UInt32, follow: Follow?, results: [NamedResult] = []) -> TaskPolicy {
        var policy = policy
        policy.follow = follow
        policy.results = results
        policy.recoveries = recoveries.enumerated().map { number, recovery in
            Recovery(
                template: template + 1 + UInt32(number), retry: recovery.policy.retry,
                timeoutNanoseconds: recovery.policy.timeoutNanoseconds,
                graceNanoseconds: recovery.policy.graceNanoseconds)
        }
        return policy
    }

    /// The task's template and those of its recoveries.
    var templates: [TaskTemplate] { [template] + recoveries.map(\.template) }
}
