import FarmEngine

/// Values of any `Codable` type. They travel in the form that tasks' payloads have (``PayloadCodec``): numbers,
/// texts and arrays of numbers as they are, all else as JSON.
extension Communicator {
    /// Sends a value.
    public func send<Value: Encodable>(value: Value, to other: Int, tag: Int = 0) throws(MPIError) {
        try send(try Self.encode(value, .send), to: other, tag: tag)
    }

    /// Receives a value.
    ///
    /// - Parameters:
    ///   - other: whose; nil for anybody's.
    ///   - tag: of which tag; nil for any.
    /// - Throws: ``MPIError`` with code `badValue` if it is none of the type.
    public func receive<Value: Decodable>(
        value type: Value.Type, from other: Int? = nil, tag: Int? = nil
    ) throws(MPIError) -> (value: Value, status: MessageStatus) {
        let (bytes, status) = try receive(UInt8.self, from: other, tag: tag)
        return (try Self.decode(type, bytes[...], .receive), status)
    }

    /// Gives the value of `root` to all.
    ///
    /// - Parameter value: at `root`; not looked at elsewhere, where it may be nil.
    public func broadcast<Value: Codable>(value: Value?, from root: Int = 0) throws(MPIError) -> Value {
        var bytes: [UInt8] = []
        var failure: MPIError?
        if rank == root {
            do throws(MPIError) { bytes = try Self.encode(value, .broadcast) } catch { failure = error }
        }
        // Less than nothing: the root has none. All ranks have to know, or they would wait for it.
        var count = [rank == root && (failure != nil || value == nil) ? -1 : bytes.count]
        try broadcast(&count, from: root)
        if let failure { throw failure }
        guard count[0] >= 0 else {
            throw MPIError(.badArgument, "broadcast: rank \(root) gave no value that can be sent")
        }
        if rank != root { bytes = [UInt8](repeating: 0, count: count[0]) }
        try broadcast(&bytes, from: root)
        return try Self.decode(Value.self, bytes[...], .broadcast)
    }

    /// The values of all ranks, by rank, at `root`; nil elsewhere.
    public func gather<Value: Codable>(value: Value, to root: Int = 0) throws(MPIError) -> [Value]? {
        let bytes = try Self.encode(value, .gather)
        let counts = try gather([bytes.count], to: root)
        guard let all = try gather(bytes, to: root), let counts else { return nil }
        return try values(Value.self, all, counts, .gather)
    }

    /// The values of all ranks, by rank, on all ranks.
    public func allGather<Value: Codable>(value: Value) throws(MPIError) -> [Value] {
        let bytes = try Self.encode(value, .allGather)
        let counts = try allGather([bytes.count])
        return try values(Value.self, try allGather(bytes), counts, .allGather)
    }

    private func values<Value: Decodable>(
        _ type: Value.Type, _ bytes: [UInt8], _ counts: [Int], _ operation: Operation
    ) throws(MPIError) -> [Value] {
        var result: [Value] = []
        var start = 0
        for count in counts {
            result.append(try Self.decode(type, bytes[start..<start + count], operation))
            start += count
        }
        return result
    }

    private static func encode(
        _ value: some Encodable, _ operation: Operation
    ) throws(MPIError) -> [UInt8] {
        do throws(PayloadError) { return try PayloadCodec.encode(value) } catch {
            throw MPIError(.badValue, "\(operation.word): \(error.message)")
        }
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: ArraySlice<UInt8>, _ operation: Operation
    ) throws(MPIError) -> Value {
        do throws(PayloadError) { return try PayloadCodec.decode(type, from: Array(bytes)) } catch {
            throw MPIError(.badValue, "\(operation.word): \(error.message)")
        }
    }
}
