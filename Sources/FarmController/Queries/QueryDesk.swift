import FarmTemplate
import FarmTransport
import Logging

/// Answers queries, keeps the output of live attempts, and writes the controller's log. On the controller's
/// thread.
final class QueryDesk: ControllerNodeDelegate {
    unowned let node: ControllerNode
    let logger: Logger
    let startedAt: Instant
    var liveOutput = LiveOutput()
    private var stop: Bool?
    /// The controller is about to end: nobody is to start engines for what waits.
    var isStopping = false
    /// What is told of the ledger.
    let ledger: LedgerDesk
    /// Nil where there is nobody to run them.
    var schedules: ScheduleDesk?

    init(node: ControllerNode, ledger: LedgerDesk, logger: Logger, startedAt: Instant) {
        self.node = node
        self.ledger = ledger
        self.logger = logger
        self.startedAt = startedAt
    }

    /// A stop that was asked for by a query since the last call: whether it is to be now.
    func takeStop() -> Bool? {
        defer { stop = nil }
        return stop
    }

    func answer(_ json: [UInt8], from client: ClientIdentity) -> (WireCode, [UInt8]) {
        let query: JSONValue
        do throws(JSONError) {
            query = try JSONValue(parsing: json)
        } catch {
            return (.malformed, Array("the query is not JSON: \(error)".utf8))
        }
        do throws(QueryError) {
            // Long answers are written as they are made.
            switch query["query"]?.stringValue {
            case "tasks": return (.ok, try tasks(query))
            case "template": return (.ok, try template(query))
            default: return (.ok, try answer(query, from: client).encoded())
            }
        } catch {
            return (error.code, Array(error.message.utf8))
        }
    }

    private func answer(_ query: JSONValue, from client: ClientIdentity) throws(QueryError) -> JSONValue {
        switch query["query"]?.stringValue ?? "" {
        case "status": return status()
        case "jobs":
            return .object([JSONMember("jobs", .array(node.scheduler.jobSummaries.map { json($0) }))])
        case "job": return try job(query)
        case "engines": return engines()
        case "engine-ids": return engineIDs()
        case "drain": return try drain(query, client)
        case "launcher": return try launcher(query, client)
        case "backlog": return backlog()
        case "pause": return try pause(query, client)
        case "interrupt": return try interrupt(query, client)
        case "clear": return try clear(query, client)
        case "why": return try why(query)
        case "unchanged": return try unchanged(query, client)
        case "output": return try output(query)
        case "resolve": return try resolve(query)
        case "retry": return try retry(query, client)
        case "purge": return try purge(query, client)
        case "schedules": return try scheduleList()
        case "schedule": return try schedule(query, client)
        case "stop": return try stop(query, client)
        case let name:
            throw QueryError(
                .unknown, "there is no query '\(name)'; this controller may be older than the program")
        }
    }

    private func stop(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        try require(client, [.admin], "stop the controller")
        let now = query["now"] == .bool(true)
        let unfinished = node.scheduler.counts.unfinished
        if !now, unfinished > 0, !ledger.outlivesUs {
            throw QueryError(
                .unavailable,
                "tasks that are not finished: \(unfinished); and this controller keeps its queue in memory only"
                    + " (--durability none): wait for them (`tasks wait`), cancel them, or stop with --now and lose them"
            )
        }
        stop = now
        return .object([])
    }

    private func drain(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        try require(client, [.admin, .taskClient, .multiengineClient, .launcher], "drain an engine")
        guard case .array(let items)? = query["engines"] else {
            throw QueryError(.malformed, "the query's 'engines' must be a list of engines' numbers")
        }
        let engines = try items.map { (item) throws(QueryError) in
            guard case .number(let text) = item, let id = UInt32(text) else {
                throw QueryError(.malformed, "the query's 'engines' must hold whole numbers below 2^32")
            }
            return EngineID(id)
        }
        let missing = node.drain(engines, now: query["now"] == .bool(true))
        guard missing.isEmpty else {
            let names = missing.map(\.description).joined(separator: ", ")
            throw QueryError(
                .unknown,
                "there is no engine \(names); nothing was done; `tasks engine list` shows those there are")
        }
        return .object([])
    }

    func require(_ client: ClientIdentity, _ roles: [Role], _ deed: String) throws(QueryError) {
        guard roles.contains(client.role) else {
            throw QueryError(
                .notPermitted,
                "the role \(client.role.rawValue) may not \(deed); use \(roles.map(\.rawValue).joined(separator: " or "))'s"
                    + " capability file")
        }
    }

    func number(_ query: JSONValue, _ key: String) throws(QueryError) -> UInt64 {
        guard case .number(let text)? = query[key], let value = UInt64(text) else {
            throw QueryError(.malformed, "the query's '\(key)' must be a whole number")
        }
        return value
    }

    // MARK: ControllerNodeDelegate

    func output(_ name: DispatchName, _ stream: OutputMessage.Stream, offset: UInt64, _ bytes: [UInt8]) {
        liveOutput.append(name, stream, offset: offset, bytes)
    }

    func outputEnded(_ task: TaskID) { liveOutput.forget(task) }
    func jobEnded(_ job: JobID) { liveOutput.forget(job) }
    func jobForgotten(_ job: JobID) { liveOutput.forget(job) }

    func log(_ event: ControllerLogEvent) {
        switch event {
        case .engineJoined(let id, let name, let host, let slots):
            logger.info("engine \(id) (\(name) on \(host), \(slots) slot\(slots == 1 ? "" : "s")) joined")
        case .engineReattached(let id): logger.info("engine \(id) is back")
        case .engineRefused(let reason): logger.warning("engine refused: \(reason)")
        case .engineLost(let id, let name, let attempts, let reason):
            logger.warning("engine \(id) (\(name)) lost: \(reason)\(words(attempts))")
        case .poolBroken(let seat, let engine, let restarted):
            logger.warning(
                "pool \(seat.key.description.prefix(8)) is broken: its rank \(seat.rank), engine \(engine), is gone; ranks told to start anew: \(restarted)"
            )
        case .engineQuarantined(let id, let name, let failures, let seconds):
            logger.warning(
                "engine \(id) (\(name)) is quarantined for \(seconds) s: tasks that failed there at once in a row, while others succeeded elsewhere: \(failures)"
            )
        case .engineReturned(let id, let name):
            logger.info("engine \(id) (\(name)) is out of quarantine: its trial succeeded")
        case .engineGone(let id): logger.info("engine \(id) left")
        case .clientJoined(let session, let subject, let role, let address):
            logger.debug("\(session): \(role) \(subject) from \(address)")
        case .sessionLost(let session, let reason): logger.debug("\(session) ended: \(reason)")
        case .submissionRefused(let subject, let reason):
            logger.info("submission of \(subject) refused: \(reason)")
        case .recoveryEnded(let claimed, let requeued):
            logger.info(
                "recovery ended: attempts claimed by their engines: \(claimed); tasks queued: \(requeued)")
        }
    }
}

/// Why a query has no answer.
struct QueryError: Error {
    var code: WireCode
    var message: String

    init(_ code: WireCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
