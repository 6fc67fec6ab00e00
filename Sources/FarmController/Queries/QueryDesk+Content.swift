import FarmTemplate
import FarmTransport

extension QueryDesk {
    /// Keys in one query.
    private static let mostKeys = 16_384

    /// Which tasks of the client's own subject have succeeded with these content keys.
    func unchanged(_ query: JSONValue, _ client: ClientIdentity) throws(QueryError) -> JSONValue {
        guard case .array(let items)? = query["keys"], items.count <= Self.mostKeys else {
            throw QueryError(
                .malformed, "the query's 'keys' must be a list of at most \(Self.mostKeys) content keys")
        }
        var tasks: [JSONValue] = []
        for item in items {
            guard let key = item.stringValue.flatMap({ ContentKey($0) }) else {
                throw QueryError(.malformed, "a content key has 32 hexadecimal digits")
            }
            guard let (task, outputs) = node.unchangedTask(key, owner: client.subject) else {
                tasks.append(.null)
                continue
            }
            let digits = outputs.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
            tasks.append(
                .object([
                    JSONMember("task", .string(task.description)), JSONMember("outputs", .string(digits)),
                ]))
        }
        return .object([JSONMember("tasks", .array(tasks))])
    }
}
