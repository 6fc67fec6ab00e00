import FarmTransport
import Foundation

/// What a cancel has done.
public struct CancelReport: Sendable, Equatable {
    /// Tasks that have ended by it.
    public var cancelled = 0
    /// Tasks that were sent or running: they end when their engine has stopped them.
    public var cancelling = 0
    /// Tasks that had been cancelled before.
    public var alreadyCancelled = 0
    /// Tasks that had ended.
    public var alreadyEnded = 0
    /// Tasks, or jobs, that are not there.
    public var unknown = 0

    /// A report of nothing.
    public init() {}

    init(_ json: [UInt8]) throws {
        struct Reply: Decodable {
            var cancelled: Int
            var cancelling: Int
            var already_cancelled: Int
            var already_ended: Int
            var unknown: Int
        }
        let reply = try JSONDecoder().decode(Reply.self, from: Data(json))
        cancelled = reply.cancelled
        cancelling = reply.cancelling
        alreadyCancelled = reply.already_cancelled
        alreadyEnded = reply.already_ended
        unknown = reply.unknown
    }
}

extension FarmLink {
    func cancel(_ selections: [TaskSelection]) async throws(TaskClientError) -> CancelReport {
        try require(.cancel, to: "cancel tasks")
        let ranges = selections.compactMap(\.range)
        guard !ranges.isEmpty else {
            throw TaskClientError(.badInput, "nothing is named that could be cancelled")
        }
        let (code, body) = try await ask { core, reply, now in core.cancel(ranges, reply, at: now) }
        let report = try? CancelReport(body)
        let named = selections.map(\.description).joined(separator: ", ")
        switch (code, report) {
        case (.ok, let report?): return report
        case (.alreadyEnded, .some):
            throw TaskClientError(.alreadyEnded, "\(named): already ended, there is nothing to cancel")
        case (.alreadyCancelling, .some):
            throw TaskClientError(.alreadyCancelled, "\(named): already cancelled, or being cancelled")
        case (.unknown, .some):
            throw TaskClientError(.unknown, "\(named): there is no such job or task; see `tasks list`")
        case (.ok, nil):
            throw TaskClientError(.badReply, "the controller's answer to a cancel cannot be read")
        default:
            throw TaskClientError(code, String(decoding: body, as: UTF8.self))
        }
    }
}
