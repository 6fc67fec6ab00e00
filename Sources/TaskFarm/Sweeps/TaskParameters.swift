/// A task's point of its sweep: parameters by name, in the order of the sweep.
public struct TaskParameters: Sendable {
    /// Name and value, in order; empty for a task without a sweep.
    public let list: [(name: String, value: ParameterValue)]

    init(_ list: [(name: String, value: ParameterValue)]) { self.list = list }

    /// A parameter as it was written, and the JSON that it stands for; nil if there is none of this name.
    public subscript(name: String) -> ParameterValue? { list.first { $0.name == name }?.value }

    /// A parameter as a value of a type: `row.parameters["n", as: Int.self]`. A few microseconds.
    ///
    /// - Throws: ``PayloadError`` if it is none of this type, or there is no such parameter.
    public subscript<Value: Decodable>(name: String, as type: Value.Type) -> Value {
        get throws(PayloadError) {
            let json = self[name]?.value ?? .null
            return try PayloadCodec.decode(type, from: PayloadCodec.payload(json: json.encoded()))
        }
    }

    /// All of them as one value, by the names of its coding keys.
    ///
    /// - Throws: ``PayloadError`` if one is missing, or of another type.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws(PayloadError) -> Value {
        let json = JSONValue.object(list.map { JSONMember($0.name, $0.value.value) })
        return try PayloadCodec.decode(type, from: PayloadCodec.payload(json: json.encoded()))
    }
}
