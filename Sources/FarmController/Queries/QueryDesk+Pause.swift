import FarmTemplate
import FarmTransport
import Logging

extension QueryDesk {
    /// Jobs in one query.
    private static let mostJobs = 100_000

    /// Pauses jobs or the farm, or has them go on. Nothing is done if one of the jobs is not known.
    func pause(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        guard case .bool(let isPaused)? = query["paused"] else {
            throw QueryError(.malformed, "the query's 'paused' must be true or false")
        }
        let deed = isPaused ? "pause" : "resume"
        guard let list = query["jobs"], list != .null else {
            try require(client, [.admin], "\(deed) the farm as a whole")
            let changes = node.scheduler.isPaused != isPaused
            node.pause(nil, isPaused)
            if changes { logger.info("the farm is \(isPaused ? "paused" : "resumed") by \(client.subject)") }
            return .object([JSONMember("changed", .bool(changes))])
        }
        try require(client, [.admin, .taskClient, .multiengineClient], "\(deed) jobs")
        var report: [String: [JSONValue]] = ["changed": [], "unchanged": [], "ended": []]
        let jobs = try jobs(list)
        for job in jobs {
            if job.endedAt != .zero {
                report["ended"]!.append(.whole(job.id.raw))
                continue
            }
            report[job.isPaused == isPaused ? "unchanged" : "changed"]!.append(.whole(job.id.raw))
            node.pause(job.id, isPaused)
        }
        if report["ended"]!.count == jobs.count {
            let numbers = jobs.prefix(3).map { "\($0.id)" }.joined(separator: ", ")
            throw QueryError(
                .alreadyEnded,
                "job\(jobs.count == 1 ? "" : "s") \(numbers)\(jobs.count > 3 ? " and others" : ""):"
                    + " already ended, there is nothing to \(deed)")
        }
        return .object(
            ["changed", "unchanged", "ended"].map { JSONMember($0, .array(report[$0]!)) }
                + [JSONMember("farm_paused", .bool(node.scheduler.isPaused))])
    }

    private func jobs(_ list: JSONValue) throws(QueryError) -> [JobSummary] {
        guard case .array(let items) = list, !items.isEmpty, items.count <= Self.mostJobs else {
            throw QueryError(
                .malformed, "the query's 'jobs' must be a list of job numbers, or null for the whole farm")
        }
        var found: [JobSummary] = []
        for item in items {
            guard case .number(let text) = item, let number = UInt64(text) else {
                throw QueryError(
                    .malformed, "the query's 'jobs' holds '\(item.text)', which is no job number")
            }
            found.append(try summary(of: number))
        }
        return found
    }
}
