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
            JSONMember("quarantined", .whole(engines.count { $0.quarantinedUntil != nil })),
            JSONMember("paused", .bool(node.scheduler.isPaused)),
            JSONMember(
                "limits",
                .array(
                    node.scheduler.limitUses.map { limit in
                        .object([
                            JSONMember("name", .string(limit.name)), JSONMember("used", .whole(limit.used)),
                            JSONMember("of", .whole(limit.amount)),
                        ])
                    })),
            JSONMember("launchers", launchersJSON()),
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
                    JSONMember("quarantines", .whole(statistics.quarantines)),
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
            JSONMember("durable", .bool(job.isDurable)),
            JSONMember("supersedes", job.supersedes.map { .whole($0.raw) } ?? .null),
            JSONMember("paused", .bool(job.isPaused && job.endedAt == .zero)),
            JSONMember("weight", .whole(job.weight)),
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
        members.append(
            JSONMember("brakes", .array(node.scheduler.brakeSummaries(of: summary.id).map { json($0) })))
        let later = node.scheduler.superseding(summary.id)
        members.append(JSONMember("superseded_by", .array(later.map { .whole($0.raw) })))
        return .object(members)
    }

    /// The job that the query names by `job` or by `name`.
    func find(_ query: JSONValue) throws(QueryError) -> JobSummary {
        if let name = query["name"]?.stringValue {
            guard let newest = runs(of: name).last else {
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
}

extension JSONValue {
    static func whole(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
}
