import FarmTemplate
import FarmTransport

extension QueryDesk {
    func status() -> JSONValue {
        let engines = node.scheduler.engineSummaries.filter { $0.presence == "attached" }
        let statistics = node.scheduler.statistics
        return .object([
            JSONMember("farm", .string(node.settings.farm)),
            JSONMember("epoch", .whole(node.scheduler.epoch)),
            JSONMember("since", .whole(startedAt.nanoseconds)),
            JSONMember("counts", json(node.scheduler.counts)),
            JSONMember("ledger", ledger.json),
            JSONMember("jobs", .whole(node.scheduler.jobCount)),
            JSONMember("engines", .whole(engines.count)),
            JSONMember("slots", .whole(engines.reduce(0) { $0 + $1.info.slots })),
            JSONMember("running", .whole(engines.reduce(0) { $0 + min($1.outstanding, $1.info.slots) })),
            JSONMember(
                "statistics",
                .object([
                    JSONMember("dispatched", .whole(statistics.dispatched)),
                    JSONMember("results", .whole(statistics.results)),
                    JSONMember("dropped_results", .whole(statistics.droppedResults)),
                    JSONMember("retries", .whole(statistics.retries)),
                    JSONMember("engines_lost", .whole(statistics.enginesLost)),
                    JSONMember("recalls", .whole(statistics.recalls)),
                    JSONMember("given_back", .whole(statistics.givenBack)),
                ])),
        ])
    }

    func json(_ counts: StateCounts) -> JSONValue {
        .object(TaskState.allCases.map { JSONMember($0.word, .whole(counts[$0])) })
    }

    func json(_ job: JobSummary) -> JSONValue {
        .object([
            JSONMember("id", .whole(job.id.raw)),
            JSONMember("key", .string(job.key.description)),
            JSONMember("name", .string(job.name)),
            JSONMember("labels", .object(job.labels.map { JSONMember($0.key, .string($0.value)) })),
            JSONMember("owner", .string(job.owner)),
            JSONMember("counts", json(job.counts)),
            JSONMember("tasks", .whole(job.taskCount)),
            JSONMember("sealed", .bool(job.isSealed)),
            JSONMember("submitted", .whole(job.submittedAt.nanoseconds)),
            JSONMember("ended", .whole(job.endedAt.nanoseconds)),
            JSONMember("entries", .whole(job.entries)),
        ])
    }

    func job(_ query: JSONValue) throws(QueryError) -> JSONValue {
        let summary = try find(query)
        guard case .object(var members) = json(summary) else { return .null }
        let groups = node.scheduler.groupRanges(of: summary.id).map { group in
            JSONValue.object([
                JSONMember("name", .string(group.name)), JSONMember("base", .whole(group.base)),
                JSONMember("count", .whole(group.count)), JSONMember("template", .whole(group.template)),
            ])
        }
        members.append(JSONMember("groups", .array(groups)))
        return .object(members)
    }

    /// The job that the query names by `job` or by `name`.
    func find(_ query: JSONValue) throws(QueryError) -> JobSummary {
        if let name = query["name"]?.stringValue {
            guard let newest = node.scheduler.jobSummaries.last(where: { $0.name == name }) else {
                throw QueryError(.unknown, "no job is called '\(name)'; `tasks list` shows those there are")
            }
            return newest
        }
        return try summary(of: try number(query, "job"))
    }

    func summary(of id: UInt64) throws(QueryError) -> JobSummary {
        guard id <= UInt64(UInt32.max), let summary = node.scheduler.summary(of: JobID(UInt32(id))) else {
            throw QueryError(
                .unknown, "there is no job \(id), or it was purged; `tasks list` shows those there are")
        }
        return summary
    }

    func engines() -> JSONValue {
        let list = node.scheduler.engineSummaries.map { engine -> JSONValue in
            let tasks = node.scheduler.attempts(atEngine: engine.id).prefix(1_000)
            return .object([
                JSONMember("id", .whole(engine.id.raw)), JSONMember("name", .string(engine.info.name)),
                JSONMember("host", .string(engine.info.host)), JSONMember("pid", .whole(engine.info.pid)),
                JSONMember("slots", .whole(engine.info.slots)), JSONMember("cpus", .whole(engine.info.cpus)),
                JSONMember("load", .whole(engine.outstanding)),
                JSONMember("presence", .string(engine.presence)),
                JSONMember("draining", .bool(engine.isDraining)),
                JSONMember("ended", .whole(engine.tasksEnded)),
                JSONMember("tasks", .array(tasks.map { .string($0.task.description) })),
            ])
        }
        return .object([JSONMember("engines", .array(list))])
    }

    /// `last`, `NAME`, `NAME~1`, `12`, `12.3`, `12.1-99` → job and range.
    func resolve(_ query: JSONValue) throws(QueryError) -> JSONValue {
        let selector = query["selector"]?.stringValue ?? ""
        let (job, range) = try resolve(selector)
        let first = range?.lowerBound ?? 0
        return .object([
            JSONMember("job", .whole(job.id.raw)), JSONMember("first", .whole(first)),
            JSONMember("count", .whole(range.map { UInt64($0.count) } ?? UInt64(TaskRange.wholeJob))),
        ])
    }

    func resolve(_ selector: String) throws(QueryError) -> (JobSummary, Range<UInt64>?) {
        let jobs = node.scheduler.jobSummaries
        if selector == "last" {
            guard let last = jobs.last else { throw QueryError(.unknown, "there are no jobs yet") }
            return (last, nil)
        }
        if selector.first?.isNumber == true {
            let parts = selector.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            if let number = UInt64(parts[0]) {
                let job = try summary(of: number)
                guard parts.count == 2 else { return (job, nil) }
                let ends = parts[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
                guard let first = UInt64(ends[0]), let last = UInt64(ends[ends.count - 1]), first <= last
                else {
                    throw QueryError(
                        .malformed, "'\(selector)' is no task or range; write \(number).0 or \(number).0-9")
                }
                guard last < UInt64(job.taskCount) else {
                    throw QueryError(
                        .unknown,
                        "job \(number) has tasks \(number).0 to \(number).\(max(1, job.taskCount) - 1), not \(last)"
                    )
                }
                return (job, first..<(last + 1))
            }
        }
        let parts = selector.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
        let back = parts.count == 2 ? Int(parts[1]) : 0
        let named = jobs.filter { $0.name == parts[0] }
        guard let back, back >= 0, !parts[0].isEmpty, named.count > back else {
            throw QueryError(
                .unknown,
                "'\(selector)' names no job; write a number, a job's name, NAME~1 for the one before, or 'last'"
            )
        }
        return (named[named.count - 1 - back], nil)
    }
}

extension JSONValue {
    static func whole(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
}
