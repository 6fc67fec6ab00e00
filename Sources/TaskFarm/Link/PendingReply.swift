import FarmTransport

/// The answer to a query or a cancel, once it is there.
typealias PendingReply = Watched<Result<(WireCode, [UInt8]), TaskClientError>?>

extension FarmLink {
    /// Asks, and waits for the answer; over as many connections as it takes.
    func ask(
        _ request: @escaping @Sendable (ClientCore, PendingReply, Instant) -> Void
    ) async throws(TaskClientError) -> (WireCode, [UInt8]) {
        let reply = PendingReply(nil)
        try perform { core, now in request(core, reply, now) }
        await reply.wait { $0 != nil }
        switch reply.read({ $0 }) {
        case .success(let answer): return answer
        case .failure(let error): throw error
        case nil: throw .interrupted
        }
    }
}
