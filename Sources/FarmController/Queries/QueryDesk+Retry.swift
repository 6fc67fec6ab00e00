import FarmTemplate
import FarmTransport

extension QueryDesk {
    func retry(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        try require(client, [.admin, .taskClient, .multiengineClient], "submit tasks")
        guard let text = query["key"]?.stringValue, let key = UniqueKey(text) else {
            throw QueryError(.malformed, "the query's 'key' must be 32 hexadecimal digits")
        }
        let (job, range) = try resolve(query["selector"]?.stringValue ?? "")
        guard job.owner == client.subject || client.role == .admin else {
            throw QueryError(
                .notPermitted,
                "job \(job.id) is \(job.owner)'s; only \(job.owner) or an admin may have its tasks done again"
            )
        }
        if let words = node.laneRefusal(ofJob: job.id, role: client.role) {
            throw QueryError(.notPermitted, words)
        }
        let request = RetryRequest(
            key: key, job: job.id, range: range.map { UInt32($0.lowerBound)..<UInt32($0.upperBound) },
            failedOnly: query["failed"] == .bool(true), dependents: query["dependents"] == .bool(true))
        switch node.retry(
            request, owner: client.subject,
            priorityCap: min(job.priorityCap, node.priorityCap(of: client.session)))
        {
        case .success(let id):
            let tasks = node.scheduler.summary(of: id)?.taskCount ?? 0
            return .object([JSONMember("job", .whole(id.raw)), JSONMember("tasks", .whole(tasks))])
        case .failure(let refusal):
            let code: WireCode =
                switch refusal.code {
                case .unknown: .unknown
                case .unfinished, .noLedger, .refused: .unavailable
                case .nothing: .alreadyEnded
                }
            throw QueryError(code, refusal.message)
        }
    }

    func purge(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        try require(client, [.admin, .taskClient, .multiengineClient], "purge jobs")
        let id = JobID(UInt32(clamping: try number(query, "job")))
        let owner = node.scheduler.summary(of: id)?.owner
        if let owner, owner != client.subject, client.role != .admin {
            throw QueryError(
                .notPermitted, "job \(id) is \(owner)'s; only \(owner) or an admin may purge it")
        }
        switch node.purge(id) {
        case nil: return .object([])
        case .unknown: throw QueryError(.unknown, "there is no job \(id), or it was purged")
        case .unfinished(let count):
            throw QueryError(
                .unavailable,
                "job \(id) has tasks that have not ended: \(count); wait for them (`tasks wait \(id)`) or cancel them first"
            )
        case .waitedFor(let count):
            throw QueryError(
                .unavailable,
                "unfinished jobs that wait for job \(id): \(count); it goes when they have ended")
        }
    }
}
