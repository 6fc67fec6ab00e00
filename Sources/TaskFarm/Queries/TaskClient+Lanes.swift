import FarmTransport

// What may be done to lanes and to what runs in them.
extension TaskClient {
    /// Has the engines of these tasks interrupt them: INT to the process group of a command, cancellation for
    /// a function. Nothing is killed: a task ends as it ends, or does not care. Where a task has not begun,
    /// nothing comes of it.
    ///
    /// - Throws: ``TaskClientError``: `unavailable` if none of them runs, `alreadyEnded` if all have ended,
    ///   `unknown` if none of them is there, `notPermitted`.
    @discardableResult
    public func interrupt(_ selections: [TaskSelection]) async throws(TaskClientError) -> InterruptedTasks {
        let ranges = selections.compactMap(\.range).map { range in
            InterruptQuery.Range(
                job: range.first.job.raw, first: range.first.index,
                count: range.isWholeJob ? nil : range.count)
        }
        guard !ranges.isEmpty else {
            throw TaskClientError(.badInput, "nothing is named that could be interrupted")
        }
        return try await link.query(InterruptQuery(ranges: ranges))
    }

    /// Ends what is queued in the engine's lane of that name, or in all of its lanes: as `cancelled`, with
    /// the cause `queue-cleared`. What runs there goes on. For the roles multiengine-client and admin.
    ///
    /// - Returns: how many tasks it were. They have ended for good when this returns.
    /// - Throws: ``TaskClientError``: `unknown` if there is no such engine, `notPermitted`.
    @discardableResult
    public func clearLane(_ engine: EngineID, _ lane: String? = nil) async throws(TaskClientError) -> Int {
        let reply: ClearReply = try await link.query(ClearQuery(engine: engine.raw, lane: lane))
        return reply.cleared
    }
}

/// What an interrupt has done.
public struct InterruptedTasks: Sendable, Equatable, Decodable {
    /// Tasks whose engines were told.
    public let interrupted: Int
    /// Tasks that are at no engine.
    public let notRunning: Int
    /// Tasks that had ended.
    public let alreadyEnded: Int
    /// Tasks that are not there.
    public let unknown: Int

    private enum CodingKeys: String, CodingKey {
        case interrupted, unknown
        case notRunning = "not_running"
        case alreadyEnded = "already_ended"
    }
}

private struct ClearReply: Decodable {
    var cleared: Int
}
