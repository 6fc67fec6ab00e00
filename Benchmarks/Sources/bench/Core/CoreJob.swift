import TaskFarm

/// A submission to the scheduler, made part by part, so that a million tasks need not be in memory at once to
/// be submitted.
struct CoreJob {
    let key: UniqueKey
    let owner: String
    let isStreaming: Bool
    /// Groups of one part: a client's parts are cut at 256 KiB, which is about so many.
    let groupsAPart: Int
    let groupCount: Int
    private let group: (Int) -> GroupSpec

    init(
        groups: Int = 1, aPart: Int = 1_000, isStreaming: Bool = false, owner: String = "me",
        _ group: @escaping (Int) -> GroupSpec
    ) {
        var generator = SystemRandomNumberGenerator()
        key = UniqueKey(using: &generator)
        self.owner = owner
        self.isStreaming = isStreaming
        groupsAPart = aPart
        groupCount = groups
        self.group = group
    }

    /// An array in a job of its own.
    static func array(_ count: Int, owner: String = "me") -> CoreJob {
        CoreJob(owner: owner) { _ in .array(count) }
    }

    /// Tasks with payloads of 64 bytes, as `TaskClient.map` sends them: one group, in parts of 1,000.
    static func map(_ count: Int) -> CoreJob {
        CoreJob(groups: count / 1_000, aPart: 1, isStreaming: true) { number in
            // The node keeps the bytes and shows the scheduler where they end.
            let payloads = PayloadBlock(ends: (1...1_000).map { $0 * 64 })
            return GroupSpec(template: 0, count: 1_000, isContinuation: number > 0, payloads: payloads)
        }
    }

    var partCount: Int { (groupCount + groupsAPart - 1) / groupsAPart }

    func part(_ number: Int) -> SubmissionPart {
        let first = number * groupsAPart
        return SubmissionPart(
            key: key, part: UInt32(number), isLast: number == partCount - 1,
            header: number == 0 ? JobHeader(isStreaming: isStreaming) : nil,
            templates: number == 0 ? [[]] : [],
            groups: (first..<min(groupCount, first + groupsAPart)).map(group))
    }
}

extension GroupSpec {
    /// So many tasks of the job's only template.
    static func array(_ count: Int, _ policy: TaskPolicy = TaskPolicy(), after: Dependency.Source...)
        -> GroupSpec
    {
        GroupSpec(
            template: 0, count: UInt32(count), policy: policy,
            after: after.isEmpty ? [] : [Dependency(after)])
    }
}
