import FarmTransport

// What is paused is recorded before the answer comes, and holds over the controller's end.
extension TaskClient {
    /// Sends nothing more of these jobs: what has begun runs to its end, what waits at engines comes back.
    ///
    /// - Throws: ``TaskClientError``: `unknown` if one of them is not there (then none is paused),
    ///   `alreadyEnded` if all of them have ended, `notPermitted`.
    @discardableResult
    public func pause(_ jobs: [JobID]) async throws(TaskClientError) -> PauseReport {
        try await setPaused(jobs, true)
    }

    /// Goes on with jobs that were paused. A farm that is paused as a whole stays so.
    /// - Throws: ``TaskClientError`` as ``pause(_:)``.
    @discardableResult
    public func resume(_ jobs: [JobID]) async throws(TaskClientError) -> PauseReport {
        try await setPaused(jobs, false)
    }

    /// Sends nothing more of any job, those that are still to come among them. For admins.
    /// - Returns: false if the farm was paused already.
    /// - Throws: ``TaskClientError``: `notPermitted`.
    @discardableResult
    public func pauseFarm() async throws(TaskClientError) -> Bool { try await setFarmPaused(true) }

    /// Ends a pause of the whole farm; jobs that were paused themselves stay so. For admins.
    /// - Returns: false if the farm was not paused.
    /// - Throws: ``TaskClientError``: `notPermitted`.
    @discardableResult
    public func resumeFarm() async throws(TaskClientError) -> Bool { try await setFarmPaused(false) }

    private func setPaused(_ jobs: [JobID], _ paused: Bool) async throws(TaskClientError) -> PauseReport {
        guard !jobs.isEmpty else {
            throw TaskClientError(.badInput, "no job is named that could be \(paused ? "paused" : "resumed")")
        }
        return try await link.query(PauseQuery(jobs: jobs.map(\.raw), paused: paused))
    }

    private func setFarmPaused(_ paused: Bool) async throws(TaskClientError) -> Bool {
        let reply: FarmPauseReply = try await link.query(PauseQuery(jobs: nil, paused: paused))
        return reply.changed
    }
}

/// What a pause or its end has done.
public struct PauseReport: Sendable, Equatable, Decodable {
    /// Jobs that are paused by it, or go on.
    public let changed: [JobID]
    /// Jobs that were so before.
    public let unchanged: [JobID]
    /// Jobs that have ended.
    public let ended: [JobID]
    /// The farm is paused as a whole: nothing is sent of any job until that is ended, too.
    public let isFarmPaused: Bool

    private enum CodingKeys: String, CodingKey {
        case changed, unchanged, ended
        case farmPaused = "farm_paused"
    }

    /// Reads the answer to `pause`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func jobs(_ key: CodingKeys) throws -> [JobID] {
            try values.decode([UInt32].self, forKey: key).map { JobID($0) }
        }
        changed = try jobs(.changed)
        unchanged = try jobs(.unchanged)
        ended = try jobs(.ended)
        isFarmPaused = try values.decodeIfPresent(Bool.self, forKey: .farmPaused) ?? false
    }
}

private struct FarmPauseReply: Decodable {
    var changed: Bool
}
