import FarmTransport
import TaskFarm

/// What a report tells of a job: of a million tasks it keeps a few numbers each.
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

    /// Goes over all rows once.
    init(_ results: GatheredResults) throws {
        job = results.job
        groups = job.groups.map { ReportGroup(name: $0.name) }
        bases = job.groups.map(\.base)
        if groups.isEmpty || groups.count > Self.mostGroups {
            (groups, bases) = ([ReportGroup(name: "")], [0])
        }
        for index in 0..<results.spool.count {
            if let row = try results.row(index) { add(row, at: index) }
        }
        for index in groups.indices { groups[index].finish() }
    }

    private mutating func add(_ row: ResultRow, at index: Int) {
        let facts = row.facts
        counts[facts.state] += 1
        groups[group(of: index)].add(row)
        guard facts.state.isTerminal else { return }
        if facts.state != .succeeded { failures.add(row) }
        timeline.add(facts)
        retryCount += max(0, facts.attempt - 1)
        endedAt = max(endedAt ?? facts.endedAt, facts.endedAt)
        guard facts.hasRun else { return }
        if slowest.count == Self.mostSlow, facts.seconds <= slowest[Self.mostSlow - 1].seconds { return }
        let place = slowest.firstIndex { $0.seconds < facts.seconds } ?? slowest.count
        slowest.insert(
            Slow(
                id: facts.id, name: row.name, seconds: facts.seconds, state: facts.state,
                engine: facts.engine, attempts: facts.attempt), at: place)
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

    /// From the submission to the last end; nil while nothing has ended.
    var wallSeconds: Double? { endedAt.map { max(0, Double($0 - job.submittedAt) / 1e9) } }
}
