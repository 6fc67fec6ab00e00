import FarmTransport
import TaskFarm

/// What a report tells of a job, gathered page by page: of a million tasks it keeps a few numbers each.
struct ReportData {
    /// One of the slowest.
    struct Slow {
        var id: TaskID
        var name: String
        var seconds: Double
        var state: TaskState
        var engine: EngineID?
        var attempts: Int
    }

    let job: JobStatus
    private(set) var counts = StateCounts()
    private(set) var groups: [ReportGroup]
    private(set) var failures = FailureGroups()
    private(set) var timeline = Timeline()
    private(set) var slowest: [Slow] = []
    /// Attempts beyond the first of each task.
    private(set) var retryCount = 0
    private(set) var endedAt: Instant?
    private var bases: [Int]

    static let mostSlow = 20
    /// Above this a file is a list of tasks rather than a few sweeps: all of them make one group.
    private static let mostGroups = 24

    init(_ job: JobStatus) {
        self.job = job
        groups = job.groups.map { ReportGroup(name: $0.name) }
        bases = job.groups.map(\.base)
        if groups.isEmpty || groups.count > Self.mostGroups {
            (groups, bases) = ([ReportGroup(name: "")], [0])
        }
    }

    /// The next tasks of the job, the first of them with this index.
    mutating func add(_ rows: [ResultTable.Row], from first: Int) {
        for (offset, row) in rows.enumerated() {
            counts[row.outcome?.state ?? row.task.state] += 1
            groups[group(of: first + offset)].add(row)
            if let outcome = row.outcome { add(row, outcome) }
        }
    }

    private mutating func add(_ row: ResultTable.Row, _ outcome: TaskOutcome) {
        if outcome.state != .succeeded { failures.add(row, outcome) }
        timeline.add(outcome)
        retryCount += max(0, outcome.attempts - 1)
        endedAt = max(endedAt ?? outcome.endedAt, outcome.endedAt)
        guard outcome.startedAt != nil, outcome.cause != .notStarted else { return }
        let seconds = outcome.duration.inSeconds
        if slowest.count == Self.mostSlow, seconds <= slowest[Self.mostSlow - 1].seconds { return }
        let place = slowest.firstIndex { $0.seconds < seconds } ?? slowest.count
        slowest.insert(
            Slow(
                id: outcome.id, name: row.task.name, seconds: seconds, state: outcome.state,
                engine: outcome.engine, attempts: outcome.attempts), at: place)
        if slowest.count > Self.mostSlow { slowest.removeLast() }
    }

    /// Groups follow one another, so the last that begins at or before the task.
    private func group(of index: Int) -> Int {
        var (low, high) = (0, bases.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if bases[middle] <= index { low = middle } else { high = middle }
        }
        return low
    }

    mutating func finish() {
        for index in groups.indices { groups[index].finish() }
    }

    /// From the submission to the last end; nil while nothing has ended.
    var wallSeconds: Double? { endedAt.map { max(0, Double($0 - job.submittedAt) / 1e9) } }
}
