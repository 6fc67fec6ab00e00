import Foundation

extension PayloadCodec {
    /// Appends `value` to `payload`: codec byte, then bytes.
    ///
    /// Costs 5–20 ns for the kinds that have a codec of their own, microseconds for JSON.
    /// - Throws: ``PayloadError`` with code `notEncodable`; `payload` is then as it was.
    public static func encode<Value: Encodable>(
        _ value: Value, into payload: inout [UInt8]
    ) throws(PayloadError) {
        // Metatypes are compared and bits reinterpreted because `as?` on a generic value costs more than the
        // rest.
        if Value.self == Int.self {
            append(.int, UInt64(bitPattern: Int64(unsafeBitCast(value, to: Int.self))), to: &payload)
        } else if Value.self == Double.self {
            append(.double, unsafeBitCast(value, to: Double.self).bitPattern, to: &payload)
        } else if Value.self == Nothing.self {
            payload.append(PayloadCodec.nothing.rawValue)
        } else if Value.self == String.self {
            let text = unsafeBitCast(value, to: String.self)
            payload.append(PayloadCodec.string.rawValue)
            payload.append(contentsOf: text.utf8)
        } else if Value.self == Bool.self {
            payload.append(PayloadCodec.bool.rawValue)
            payload.append(unsafeBitCast(value, to: Bool.self) ? 1 : 0)
        } else if Value.self == [UInt8].self {
            payload.append(PayloadCodec.bytes.rawValue)
            payload.append(contentsOf: unsafeBitCast(value, to: [UInt8].self))
        } else if Value.self == [Double].self {
            append(.doubles, unsafeBitCast(value, to: [Double].self), to: &payload)
        } else if Value.self == [Int].self {
            append(.ints, unsafeBitCast(value, to: [Int].self), to: &payload)
        } else if Value.self == [Int64].self {
            append(.ints, unsafeBitCast(value, to: [Int64].self), to: &payload)
        } else if Value.self == Int64.self {
            append(.int, UInt64(bitPattern: unsafeBitCast(value, to: Int64.self)), to: &payload)
        } else {
            try encodeOther(value, into: &payload)
        }
    }

    /// `value` as a payload of its own.
    ///
    /// - Throws: ``PayloadError`` with code `notEncodable`.
    public static func encode<Value: Encodable>(_ value: Value) throws(PayloadError) -> [UInt8] {
        var payload: [UInt8] = []
        try encode(value, into: &payload)
        return payload
    }

    /// A part of an array as a payload of its own: as the array of these would be, without a copy between
    /// where the items are plain numbers of 64 bits.
    ///
    /// - Throws: ``PayloadError`` with code `notEncodable`.
    public static func encode<Element: Encodable>(
        part: ArraySlice<Element>
    ) throws(PayloadError) -> [UInt8] {
        guard isNumbers(Element.self) else { return try encode(Array(part)) }
        var payload: [UInt8] = []
        append(numbers: part, to: &payload)
        return payload
    }

    /// Whether arrays of these are laid out as they are in memory.
    static func isNumbers<Element>(_ type: Element.Type) -> Bool {
        type == Double.self || type == Int.self || type == Int64.self
    }

    /// Precondition: `isNumbers` of the element's type.
    static func append<Element>(numbers: ArraySlice<Element>, to payload: inout [UInt8]) {
        let codec = Element.self == Double.self ? PayloadCodec.doubles : .ints
        numbers.withUnsafeBytes { append(codec, $0, to: &payload) }
    }

    private static func encodeOther<Value: Encodable>(
        _ value: Value, into payload: inout [UInt8]
    ) throws(PayloadError) {
        switch value {
        case let number as Int32: return append(.int, UInt64(bitPattern: Int64(number)), to: &payload)
        case let number as UInt32: return append(.int, UInt64(number), to: &payload)
        case let number as UInt where number <= UInt(Int64.max):
            return append(.int, UInt64(number), to: &payload)
        case let number as UInt64 where number <= UInt64(Int64.max): return append(.int, number, to: &payload)
        case let number as Float: return append(.double, Double(number).bitPattern, to: &payload)
        case let array as NumberArray: return payload.append(contentsOf: array.payload)
        case let packed as PackedBundle where payload.isEmpty: return payload = packed.payload
        case let packed as PackedBundle: return payload.append(contentsOf: packed.payload)
        case let bundle as PayloadBundle:
            payload.reserveCapacity(payload.count + 1 + bundle.encodedCount)
            payload.append(PayloadCodec.bytes.rawValue)
            return bundle.append(to: &payload)
        // An empty array of anything would be cast to an array of these.
        case let numbers as [Float] where Value.self == [Float].self:
            return payload.append(contentsOf: NumberArray(numbers).payload)
        case let numbers as [Int32] where Value.self == [Int32].self:
            return payload.append(contentsOf: NumberArray(numbers).payload)
        case let bytes as Data:
            payload.append(PayloadCodec.bytes.rawValue)
            payload.append(contentsOf: bytes)
            return
        default: break
        }
        let text: Data
        do { text = try PayloadJSON.encoder.encode(value) } catch {
            throw PayloadError(
                .notEncodable,
                "a value of type \(Value.self) cannot be written: \(PayloadJSON.explain(error))")
        }
        payload.append(PayloadCodec.json.rawValue)
        payload.append(contentsOf: text)
    }

    private static func append(_ codec: PayloadCodec, _ bits: UInt64, to payload: inout [UInt8]) {
        payload.append(codec.rawValue)
        withUnsafeBytes(of: bits.littleEndian) { payload.append(contentsOf: $0) }
    }

    private static func append<Element: BitwiseCopyable>(
        _ codec: PayloadCodec, _ elements: [Element], to payload: inout [UInt8]
    ) {
        // Both element types are 8 bytes wide, and so is every machine we build for little-endian.
        elements.withUnsafeBytes { append(codec, $0, to: &payload) }
    }

    private static func append(
        _ codec: PayloadCodec, _ bytes: UnsafeRawBufferPointer, to payload: inout [UInt8]
    ) {
        payload.reserveCapacity(payload.count + 1 + bytes.count)
        payload.append(codec.rawValue)
        payload.append(contentsOf: bytes)
    }
}
