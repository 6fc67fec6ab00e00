import FarmTransport
import Foundation

extension FarmLink {
    /// Asks the controller something and reads the answer.
    func query<Reply: Decodable>(_ request: some Encodable & Sendable) async throws(TaskClientError) -> Reply
    {
        let body = try await queryBytes(request)
        do {
            return try JSONDecoder().decode(Reply.self, from: Data(body))
        } catch {
            throw TaskClientError(
                .badReply, "the controller's answer cannot be read (\(error)); use programs of one version")
        }
    }

    /// Asks the controller something; the answer is JSON.
    func queryBytes(_ request: some Encodable & Sendable) async throws(TaskClientError) -> [UInt8] {
        let json: [UInt8]
        do {
            json = [UInt8](try JSONEncoder().encode(request))
        } catch {
            throw TaskClientError(.badInput, "the question cannot be written: \(error)")
        }
        let (code, body) = try await ask { core, reply, now in core.query(json, reply, at: now) }
        guard code == .ok else { throw TaskClientError(code, String(decoding: body, as: UTF8.self)) }
        return body
    }
}
