package import FarmTransport

extension TaskClient {
    /// Which tasks have succeeded by what they depended on: one for each key, in order; nil where none is
    /// kept. Only tasks of the client's own subject. At most 16,384 keys.
    package func unchanged(_ keys: [ContentKey]) async throws(TaskClientError) -> [UnchangedTask?] {
        let reply: UnchangedReply = try await link.query(UnchangedQuery(keys: keys.map(\.description)))
        guard reply.tasks.count == keys.count else {
            throw TaskClientError(
                .badReply, "the controller's answer has \(reply.tasks.count) tasks for \(keys.count) keys")
        }
        return reply.tasks
    }
}

/// A task that need not be run again.
package struct UnchangedTask: Decodable, Sendable {
    /// Which one has run, `12.3`.
    package var task: String
    /// A digest of what it left behind, in hexadecimal digits; empty if it declared nothing.
    package var outputs: String
}

private struct UnchangedQuery: Encodable, Sendable {
    var query = "unchanged"
    var keys: [String]
}

private struct UnchangedReply: Decodable {
    var tasks: [UnchangedTask?]
}
