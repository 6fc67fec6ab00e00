import FarmTransport

// Schedules are the controller's: they fire as long as one runs, and with a ledger they outlive it.
extension TaskClient {
    /// All schedules, by name, without their histories.
    /// - Throws: ``TaskClientError``: `unavailable` for the farm of a `tasks run`.
    public func schedules() async throws(TaskClientError) -> [ScheduleStatus] {
        let reply: ScheduleList = try await link.query(PlainQuery(query: "schedules"))
        return reply.schedules
    }

    /// A schedule with its history.
    /// - Throws: ``TaskClientError``: `unknown`.
    public func schedule(_ name: String) async throws(TaskClientError) -> ScheduleStatus {
        try await link.query(ScheduleQuery("show", name))
    }

    /// Adds a schedule, or replaces the one of this name, whose history stays. Recorded when this returns.
    /// - Throws: ``TaskClientError``: `badInput`, `notPermitted` (its runs are the controller's account's).
    public func addSchedule(
        _ schedule: ScheduleRequest
    ) async throws(TaskClientError) -> AddedSchedule {
        try await link.query(AddQuery(schedule: schedule))
    }

    /// Removes a schedule with its history. A run that is going goes on.
    /// - Throws: ``TaskClientError``: `unknown`, `notPermitted`.
    public func removeSchedule(_ name: String) async throws(TaskClientError) {
        let _: ScheduleChange = try await link.query(ScheduleQuery("remove", name))
    }

    /// Has a schedule fire, or not. What was not to fire is not missed.
    /// - Returns: false if it was so before.
    /// - Throws: ``TaskClientError``: `unknown`, `notPermitted`.
    @discardableResult
    public func setSchedule(
        _ name: String, enabled: Bool
    ) async throws(TaskClientError) -> Bool {
        let reply: ScheduleChange = try await link.query(
            ScheduleQuery(enabled ? "enable" : "disable", name))
        return reply.changed
    }

    /// Has a schedule fire now, whatever the time, also a disabled one. What overlaps goes by its rule.
    /// - Returns: the row that it has made.
    /// - Throws: ``TaskClientError``: `unknown`, `notPermitted`.
    public func runSchedule(_ name: String) async throws(TaskClientError) -> ScheduledRunStatus {
        let reply: ScheduleChange = try await link.query(ScheduleQuery("run-now", name))
        guard let run = reply.run else {
            throw TaskClientError(.badReply, "the controller has run nothing; use programs of one version")
        }
        return run
    }

    /// What a run's process has to do; for that process.
    package func beginRun(
        _ name: String, at: Instant
    ) async throws(TaskClientError) -> ScheduledWork {
        var query = ScheduleQuery("begin", name)
        query.at = at.nanoseconds
        return try await link.query(query)
    }

    /// Tells what becomes of a run; for its process.
    /// - Returns: false if its job is to be cancelled, or the run has ended already.
    package func report(_ report: ScheduledReport) async throws(TaskClientError) -> Bool {
        let reply: ReportReply = try await link.query(report)
        return reply.wanted
    }
}

private struct ScheduleList: Decodable { var schedules: [ScheduleStatus] }

private struct AddQuery: Encodable, Sendable {
    var query = "schedule"
    var `do` = "add"
    var schedule: ScheduleRequest
}

private struct ScheduleQuery: Encodable, Sendable {
    var query = "schedule"
    var `do`: String
    var name: String
    var at: Int64?

    init(_ deed: String, _ name: String) {
        self.do = deed
        self.name = name
    }
}

private struct ScheduleChange: Decodable {
    var changed: Bool
    var run: ScheduledRunStatus?
}

private struct ReportReply: Decodable { var wanted: Bool }
