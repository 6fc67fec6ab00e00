import Synchronization

/// A payload that the tasks of a group share on one engine, decoded when the first of them asks for it.
final class SharedValue: Sendable {
    private let payload: [UInt8]
    private let decoded = Mutex<(any Sendable)?>(nil)

    init(_ payload: [UInt8]) { self.payload = payload }

    /// - Throws: ``PayloadError``: there is none, or it is no `Value`.
    func value<Value: Decodable & Sendable>(as type: Value.Type) throws(PayloadError) -> Value {
        if let known = decoded.withLock({ $0 as? Value }) { return known }
        guard !payload.isEmpty else {
            throw PayloadError(
                .wrongType, "a \(type) was wanted of what all tasks share, but the submission shares nothing")
        }
        let value = try PayloadCodec.decode(type, from: payload)
        decoded.withLock { $0 = value }
        return value
    }
}
