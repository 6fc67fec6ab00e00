/// A ``PayloadBundle`` of one value that is a payload already: large values are copied once on their way into
/// it, and not again on its way into a submission.
package struct PackedBundle: Sendable {
    /// Codec byte and bundle.
    let payload: [UInt8]

    /// Some elements of an array under a name.
    /// - Throws: ``PayloadError`` with code `notEncodable`.
    package init<Element: Encodable>(_ name: String, part: ArraySlice<Element>) throws(PayloadError) {
        if PayloadCodec.isNumbers(Element.self) {
            var packed = Self.head(of: name, bytes: 1 + 8 * part.count)
            PayloadCodec.append(numbers: part, to: &packed)
            payload = packed
        } else {
            let value = try PayloadCodec.encode(part: part)
            payload = Self.head(of: name, bytes: value.count) + value
        }
    }

    /// A value that is a payload already, under a name.
    package init(_ name: String, payload value: [UInt8]) {
        payload = Self.head(of: name, bytes: value.count) + value
    }

    /// What goes before the value, with room for that.
    private static func head(of name: String, bytes: Int) -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(17 + name.utf8.count + bytes)
        head.append(PayloadCodec.bytes.rawValue)
        PayloadBundle.append(count: 1, to: &head)
        PayloadBundle.append(name: name, bytes: bytes, to: &head)
        return head
    }
}

// As a value among others it is raw bytes, like any bundle.
extension PackedBundle: Codable {
    /// As bytes.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Array(payload[1...]))
    }

    /// Reads what ``encode(to:)`` writes.
    package init(from decoder: any Decoder) throws {
        payload = [PayloadCodec.bytes.rawValue] + (try decoder.singleValueContainer().decode([UInt8].self))
    }
}
