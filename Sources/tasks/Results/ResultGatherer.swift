import FarmTransport
import TaskFarm

/// Reads what became of tasks, once, and in bounded memory: what has come lies in a spool.
final class ResultGatherer {
    /// What of each task is kept.
    enum Detail {
        /// What its row shows.
        case rows
        /// Earlier attempts, too, and the last words of what did not succeed.
        case story
    }

    private let client: TaskClient
    private let job: JobStatus
    private let tasks: Range<Int>
    private let detail: Detail
    private let spool: ResultSpool
    private var places: JobPlaces
    private var fields = ValueFields()
    /// Rows that have an end.
    private var endedCount = 0
    /// What went wrong with tasks, for those that could not run because of them.
    private var errors: [TaskID: String] = [:]
    /// Attempts at tasks that have not ended as far as was read.
    private var attempts: [TaskID: [AttemptSpan]] = [:]
    /// Bytes of standard error that may still be kept.
    private var outputRoom = 64 << 20
    private let leftOut: Int

    private static let mostErrors = 10_000
    private static let pageSize = 10_000
    private static let mostOutputBytes = 1_536

    private init(
        _ client: TaskClient, _ selection: TaskSelection, _ limit: Int?, _ detail: Detail
    ) async throws {
        self.client = client
        self.detail = detail
        job = try await client.job(selection.job)
        let first = min(selection.first, job.taskCount)
        let count = min(selection.count ?? .max, job.taskCount - first)
        tasks = first..<first + min(count, limit ?? .max)
        leftOut = count - tasks.count
        spool = ResultSpool(count: tasks.count)
        places = client.places(of: job)
    }

    /// - Parameters:
    ///   - exact: without what jobs have made of the tasks that do some of them again.
    ///   - limit: rows, if no more are looked at.
    static func gather(
        _ client: TaskClient, _ selection: TaskSelection, exact: Bool = false, limit: Int? = nil,
        _ detail: Detail = .rows
    ) async throws -> GatheredResults {
        let gatherer = try await ResultGatherer(client, selection, limit, detail)
        let parameters = try await gatherer.places.parameterNames(of: gatherer.tasks)
        try await gatherer.readOwn()
        if !exact {
            for later in gatherer.job.supersededBy { try await gatherer.merge(later) }
        }
        return GatheredResults(
            job: gatherer.job, spool: gatherer.spool, names: gatherer.places.names,
            columns: ResultColumns(parameters: parameters, fields: gatherer.fields.ordered),
            hasMoreFields: gatherer.fields.isCut, leftOut: gatherer.leftOut)
    }

    private func readOwn() async throws {
        var events = try await client.outcomes(of: job.id).makeAsyncIterator()
        try await read(&events, upTo: job.entryCount)
        // One that has ended meanwhile stands in the log by now, or will in a moment.
        guard try await readUnfinished() else { return }
        try await read(&events, upTo: try await client.job(job.id).entryCount)
    }

    private func read(_ events: inout JobEvents.Iterator, upTo entries: UInt64) async throws {
        while events.cursor.position < entries, endedCount < tasks.count, let batch = try await events.next()
        {
            for event in batch { try await take(event) }
        }
    }

    /// Where those stand of which the log says nothing; whether one of them has ended.
    private func readUnfinished() async throws -> Bool {
        var hasEnded = false
        var start = 0
        while start < tasks.count {
            let page = start..<min(start + Self.pageSize, tasks.count)
            start = page.upperBound
            let missing = page.filter { !spool.has($0) }
            guard let first = missing.first, let last = missing.last else { continue }
            let list = try await client.taskStatus(
                TaskSelection(job: job.id, first: tasks.lowerBound + first, count: last - first + 1))
            for task in list {
                let row = Int(task.id.index) - tasks.lowerBound
                if spool.has(row) { continue }
                try spool.put(ResultFacts(task), at: row)
                hasEnded = hasEnded || task.state.isTerminal
            }
        }
        return hasEnded
    }

    private func take(_ event: JobEvent) async throws {
        switch event {
        case .ended(let outcome): try await take(outcome, 1)
        case .endedTogether(let outcome, let count): try await take(outcome, count)
        case .retried(let task, let record): note(record, of: task, isRank: false)
        case .rank(let task, let record): note(record, of: task, isRank: true)
        case .sealed: break
        }
    }

    private func note(_ record: AttemptRecord, of task: TaskID, isRank: Bool) {
        guard detail == .story, let span = AttemptSpan(record, isRank: isRank) else { return }
        attempts[task, default: []].append(span)
    }

    /// `count` tasks, of which this is the first, have ended alike.
    private func take(_ outcome: TaskOutcome, _ count: Int) async throws {
        let ended = (outcome.index..<outcome.index + count).clamped(to: tasks)
        remember(outcome)
        guard let first = ended.first else { return }
        var facts = facts(outcome, at: try await place(of: first))
        for index in ended {
            if index > first { facts.place = try await place(of: index) }
            facts.id = TaskID(job.id, UInt32(index))
            try put(facts, at: index - tasks.lowerBound)
        }
    }

    private func place(of index: Int) async throws -> TaskPlace {
        if let known = places.known(index) { return known }
        return try await places.place(of: index)
    }

    private func put(_ facts: ResultFacts, at row: Int) throws {
        try spool.put(facts, at: row)
        endedCount += 1
        // A report has columns of its own.
        guard detail == .rows, !facts.value.isEmpty, let value = try? JSONValue(parsing: facts.value) else {
            return
        }
        fields.note(value, of: row)
    }

    private func facts(_ outcome: TaskOutcome, at place: TaskPlace) -> ResultFacts {
        let rootError = outcome.rootCause.flatMap { errors[$0] } ?? ""
        guard detail == .story else { return ResultFacts(outcome, at: place, rootError: rootError) }
        let before = attempts.removeValue(forKey: outcome.id) ?? []
        let facts = ResultFacts(
            outcome, at: place, rootError: rootError,
            // Of ranks the last attempt's.
            attempts: before.filter { !$0.isRank || $0.attempt == outcome.attempts },
            outputBytes: min(outputRoom, Self.mostOutputBytes))
        outputRoom -= facts.output.count
        return facts
    }

    private func remember(_ outcome: TaskOutcome) {
        guard outcome.state != .succeeded, outcome.state != .impossible, errors.count < Self.mostErrors else {
            return
        }
        errors[outcome.id] = outcome.error
    }

    /// Puts the ends of tasks that another job has done again in the place of the old ones.
    private func merge(_ later: JobID) async throws {
        let status = try await client.job(later)
        guard status.entryCount > 0 else { return }
        // Which row each of its tasks does again; none for what was not asked for.
        var rows: [Int32] = []
        for task in try await client.taskStatus(TaskSelection(job: later)) {
            let point = task.point ?? -1
            rows.append(tasks.contains(point) ? Int32(point - tasks.lowerBound) : -1)
        }
        var events = try await client.outcomes(of: later).makeAsyncIterator()
        while events.cursor.position < status.entryCount, let batch = try await events.next() {
            for event in batch {
                switch event {
                case .ended(let outcome): try await replace(outcome, 1, rows)
                case .endedTogether(let outcome, let count): try await replace(outcome, count, rows)
                case .retried, .rank, .sealed: try await take(event)
                }
            }
        }
    }

    private func replace(_ outcome: TaskOutcome, _ count: Int, _ rows: [Int32]) async throws {
        remember(outcome)
        for index in (outcome.index..<outcome.index + count).clamped(to: rows.indices) {
            let row = Int(rows[index])
            guard row >= 0 else { continue }
            var facts = facts(outcome, at: try await place(of: tasks.lowerBound + row))
            facts.id = TaskID(outcome.id.job, UInt32(index))
            try put(facts, at: row)
        }
    }
}
