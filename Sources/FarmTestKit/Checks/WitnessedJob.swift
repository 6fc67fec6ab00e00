/// A job as its submission and its log tell of it.
struct WitnessedJob {
    struct Group {
        var base: UInt32
        var count: UInt32
        var spec: GroupSpec
        /// Seen to be so; once met, met for ever.
        var isMet = false
        /// No more tasks are going to be added.
        var isClosed = false
    }

    struct Spent {
        var failures: UInt32 = 0
        var timeouts: UInt32 = 0
        var losses: UInt32 = 0
    }

    let id: JobID
    let key: UniqueKey
    let isStreaming: Bool
    var groups: [Group] = []
    var templates: [[UInt8]] = []
    var isSealed = false
    var sawSealed = false
    var entries: UInt64 = 0
    var cancelRequested: Set<UInt32> = []
    private var held: [SubmissionPart] = []
    private(set) var parts: UInt32 = 0
    /// A terminal state's raw value, or 0, by task.
    private var states: [UInt8] = []
    private var roots: [UInt32: TaskID] = [:]
    private var endedAt: [UInt32: Instant] = [:]
    private var spent: [UInt32: Spent] = [:]
    private(set) var endedCount: UInt32 = 0

    init(id: JobID, key: UniqueKey, isStreaming: Bool) {
        self.id = id
        self.key = key
        self.isStreaming = isStreaming
    }

    var taskCount: UInt32 { UInt32(states.count) }
    var hasEnded: Bool { isSealed && endedCount == taskCount }

    mutating func take(_ part: SubmissionPart) {
        guard part.part == parts else { return }
        parts += 1
        templates += part.templates
        held.append(part)
        guard isStreaming || part.isLast else { return }
        for part in held {
            for spec in part.groups { add(spec) }
        }
        held = []
        if part.isLast {
            isSealed = true
            if !groups.isEmpty { groups[groups.count - 1].isClosed = true }
        }
    }

    private mutating func add(_ spec: GroupSpec) {
        let base = taskCount
        states += [UInt8](repeating: 0, count: Int(spec.count))
        if spec.isContinuation {
            groups[groups.count - 1].count += spec.count
        } else {
            if !groups.isEmpty { groups[groups.count - 1].isClosed = true }
            groups.append(Group(base: base, count: spec.count, spec: spec))
        }
    }

    func group(of index: UInt32) -> Int? {
        groups.firstIndex { index >= $0.base && index - $0.base < $0.count }
    }

    /// Nil while it has not ended.
    func state(_ index: UInt32) -> TaskState? {
        guard index < taskCount, states[Int(index)] != 0 else { return nil }
        return TaskState(rawValue: states[Int(index)])
    }

    func root(of index: UInt32) -> TaskID? { roots[index] }

    func endedAt(_ index: UInt32) -> Instant { endedAt[index] ?? .zero }

    mutating func end(_ index: UInt32, _ state: TaskState, root: TaskID, at moment: Instant) {
        if states[Int(index)] == 0 { endedCount += 1 }
        states[Int(index)] = state.rawValue
        roots[index] = root
        endedAt[index] = moment
    }

    /// Books an attempt that ended and was not the last.
    mutating func count(_ entry: OutcomeEntry) {
        switch entry.cause {
        case .timeout: spent[entry.task.index, default: Spent()].timeouts += 1
        case .engineLost: spent[entry.task.index, default: Spent()].losses += 1
        default: spent[entry.task.index, default: Spent()].failures += 1
        }
    }

    /// A limit of k allows k attempts more than one (conformance 21), each cause for itself (23).
    func checkBudgets(_ entry: OutcomeEntry, _ witness: Witness) {
        guard let group = group(of: entry.task.index) else { return }
        let retry = groups[group].spec.policy.retry
        let used = spent[entry.task.index] ?? Spent()
        if used.failures > retry.failure || used.timeouts > retry.timeout || used.losses > retry.engineLost {
            witness.fault("task \(entry.task) was tried more often than its budget allows: \(used)")
        }
    }

    /// A failure is final only when its cause's budget is used up, or nobody wants the task any more.
    func checkFailure(_ entry: OutcomeEntry, _ witness: Witness) {
        guard let group = group(of: entry.task.index), !cancelRequested.contains(entry.task.index) else {
            return
        }
        let retry = groups[group].spec.policy.retry
        let used = spent[entry.task.index] ?? Spent()
        let isUsedUp =
            switch entry.cause {
            case .timeout: used.timeouts == retry.timeout
            case .engineLost: used.losses == retry.engineLost
            default: used.failures == retry.failure
            }
        if !isUsedUp {
            witness.fault("task \(entry.task) was given up with \(entry.cause.word) too early: \(used)")
        }
    }
}
