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
        var tally = BrakeTally()
    }

    struct Spent {
        var failures: UInt32 = 0
        var timeouts: UInt32 = 0
        var losses: UInt32 = 0
        var memoryFailures: UInt32 = 0
        /// Engines where it failed: once one is quarantined, that may have been free of charge.
        var failedAt: [UInt32] = []
        /// Engines where it failed in a way that is not to be tried again.
        var unselected: [UInt32] = []
        /// Engines whose check said no, and those that are to be avoided.
        var refusedBy: [UInt32] = []
        var avoided: [UInt32] = []
        /// The recovery that the task is in; 0: none yet.
        var stage: UInt8 = 0
        /// The newest attempt that was not the last.
        var newest: OutcomeEntry?
    }

    let id: JobID
    let key: UniqueKey
    let isStreaming: Bool
    let submittedAt: Instant
    /// Of the whole job.
    let brake: Brake
    var tally = BrakeTally()
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
    /// The engines where tasks that have ended ran last.
    var ranOn: [UInt32: UInt32] = [:]
    var spent: [UInt32: Spent] = [:]
    /// Collective tasks of which the end of a rank is known.
    var triedByRanks: Set<UInt32> = []
    /// The error of the newest attempt that failed, or of the first rank of it that did.
    var errors: [UInt32: (attempt: UInt32, name: String)] = [:]
    private(set) var endedCount: UInt32 = 0
    /// In which turn tasks came: up to which index.
    private var arrivals: [(end: UInt32, turn: Int)] = []

    init(id: JobID, key: UniqueKey, isStreaming: Bool, submittedAt: Instant, brake: Brake = Brake()) {
        self.brake = brake
        self.id = id
        self.key = key
        self.isStreaming = isStreaming
        self.submittedAt = submittedAt
    }

    var taskCount: UInt32 { UInt32(states.count) }
    var hasEnded: Bool { isSealed && endedCount == taskCount }

    func cameIn(_ index: UInt32) -> Int { arrivals.first { index < $0.end }?.turn ?? .max }

    mutating func take(_ part: SubmissionPart, turn: Int) {
        defer { if arrivals.last?.end ?? 0 < taskCount { arrivals.append((taskCount, turn)) } }
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
}
