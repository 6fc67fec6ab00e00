// A bundle as a value of its own, as the namespace's functions take and give it: without a copy of its bytes
// on the way into a payload or out of it.
extension PayloadBundle: Codable {
    /// As bytes; in a payload it is what ``encoded()`` gives, under the codec for raw bytes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(encoded())
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        try self.init(decoding: try decoder.singleValueContainer().decode([UInt8].self))
    }

    /// One value of the bundle in a payload, in place: nothing else of it is copied.
    ///
    /// - Throws: ``PayloadError``: `missing` if it has none of that name; `wrongType` if the payload is no
    ///   bundle, or the value is of another type; `damaged`.
    public static func value<Value: Decodable>(
        _ name: String, of payload: UnsafeRawBufferPointer, as type: Value.Type = Value.self
    ) throws(PayloadError) -> Value {
        try PayloadCodec.decode(type, from: place(of: name, in: payload))
    }

    /// One value's payload, where it lies in that of a bundle.
    ///
    /// - Throws: ``PayloadError``, as ``value(_:of:as:)``.
    public static func place(
        of name: String, in payload: UnsafeRawBufferPointer
    ) throws(PayloadError) -> UnsafeRawBufferPointer {
        let (codec, body) = try PayloadCodec.split(payload)
        guard codec == .bytes || codec == .bundle else {
            throw PayloadError(.wrongType, "expected values by name, got \(codec.word)")
        }
        let parts = try parts(of: body)
        guard let place = parts.first(where: { $0.name == name })?.payload else {
            throw PayloadError(
                .missing,
                "there is no `\(name)` among the values, which are: "
                    + parts.map(\.name).joined(separator: ", "))
        }
        return UnsafeRawBufferPointer(rebasing: body[place])
    }
}
