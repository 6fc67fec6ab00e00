import Foundation

extension PayloadCodec {
    /// The value in `payload`, as a `Value`.
    ///
    /// Integers are read as floating-point numbers, and the other way round, where nothing is lost; arrays of
    /// them likewise. JSON is read as any type, and ``Nothing`` from anything. No value is read as `nil` of
    /// an optional type. Costs 10–20 ns where the kind is the type's own, microseconds through JSON.
    /// - Throws: ``PayloadError``, which names the type wanted and shows what came.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from payload: UnsafeRawBufferPointer
    ) throws(PayloadError) -> Value {
        let (codec, body) = try split(payload)
        if Value.self == Int.self {
            if codec == .int { return unsafeBitCast(Int(truncatingIfNeeded: integer(body)), to: Value.self) }
        } else if Value.self == Double.self {
            if codec == .double { return unsafeBitCast(number(body), to: Value.self) }
            if codec == .int {
                return unsafeBitCast(try exact(Double.self, of: integer(body)), to: Value.self)
            }
        } else if Value.self == Nothing.self {
            return unsafeBitCast(Nothing(), to: Value.self)
        } else if Value.self == String.self {
            if codec == .string { return unsafeBitCast(try text(body), to: Value.self) }
        } else if Value.self == Bool.self {
            if codec == .bool { return unsafeBitCast(body[0] == 1, to: Value.self) }
        } else if Value.self == [UInt8].self {
            if codec == .bytes { return unsafeBitCast([UInt8](body), to: Value.self) }
        } else if Value.self == [Double].self {
            if codec == .doubles { return unsafeBitCast(array(Double.self, body), to: Value.self) }
            if codec == .ints { return unsafeBitCast(try doubles(body), to: Value.self) }
        } else if Value.self == [Int].self {
            if codec == .ints { return unsafeBitCast(array(Int.self, body), to: Value.self) }
        } else if Value.self == [Int64].self {
            if codec == .ints { return unsafeBitCast(array(Int64.self, body), to: Value.self) }
        } else if Value.self == Int64.self {
            if codec == .int { return unsafeBitCast(integer(body), to: Value.self) }
        } else if Value.self == Data.self {
            if codec == .bytes { return unsafeBitCast(Data(body), to: Value.self) }
        }
        return try decodeOther(type, codec, body)
    }

    /// As ``decode(_:from:)-(_,UnsafeRawBufferPointer)``, from an array.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from payload: [UInt8]
    ) throws(PayloadError) -> Value {
        // `withUnsafeBytes` rethrows untyped, so the error goes out by hand.
        let result = payload.withUnsafeBytes { bytes -> Result<Value, PayloadError> in
            do throws(PayloadError) { return .success(try decode(type, from: bytes)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Everything that is not its own type's kind goes by way of JSON: rare, so clarity wins over speed.
    private static func decodeOther<Value: Decodable>(
        _ type: Value.Type, _ codec: PayloadCodec, _ body: UnsafeRawBufferPointer
    ) throws(PayloadError) -> Value {
        if codec == .bytes || codec == .bundle, Value.self == PayloadBundle.self,
            let bundle = try PayloadBundle(decoding: body) as? Value
        {
            return bundle
        }
        // One that came as JSON by itself is an object.
        if Value.self == NumberArray.self, codec != .json || body.first != UInt8(ascii: "{"),
            let array = try NumberArray(payload: [codec.rawValue] + body) as? Value
        {
            return array
        }
        switch codec {
        case .json:
            return try PayloadJSON.decode(type, body, shown: { PayloadJSON.preview(body) })
        case .double:
            let value = number(body)
            // JSON has one kind of number; whether it fits is asked there, with the digits that lose nothing.
            if let float = Float(exactly: value), Value.self == Float.self {
                return unsafeBitCast(float, to: Value.self)
            }
            guard !isIntegral(type) || value == value.rounded() else {
                throw PayloadError(.notExact, "expected \(type), got \(value), which is not a whole number")
            }
            let digits =
                Int64(exactly: value).map { isIntegral(type) ? String($0) : String(value) } ?? String(value)
            return try viaJSON(type, digits, codec)
        case .bytes:
            throw mismatch(type, "\(body.count) raw bytes")
        case .pickle:
            throw mismatch(
                type, "a Python pickle, which only Python reads: have it give numbers, texts, lists or dicts")
        case .array: return try viaItems(type, try NumberArray(payload: [codec.rawValue] + body))
        default:
            return try viaJSON(type, try json(codec, body), codec)
        }
    }

    /// Arrays of the type's own items, of whatever shape; anything else by way of JSON.
    private static func viaItems<Value: Decodable>(
        _ type: Value.Type, _ array: NumberArray
    ) throws(PayloadError) -> Value {
        let found: Any? =
            switch type {
            case is [Double].Type: array.doubles
            case is [Float].Type: array.floats
            case is [Int].Type: array.integers
            case is [Int32].Type: array.integers32
            case is [UInt8].Type: array.unsigned8
            default: nil
            }
        if let found = found as? Value { return found }
        return try viaJSON(type, array.json(), .array)
    }

    private static func viaJSON<Value: Decodable>(
        _ type: Value.Type, _ text: String, _ codec: PayloadCodec
    ) throws(PayloadError) -> Value {
        let bytes = Array(text.utf8)
        let shown = codec == .nothing ? "nothing" : "\(codec.word) (\(text.prefix(60)))"
        let result = bytes.withUnsafeBytes { buffer -> Result<Value, PayloadError> in
            do throws(PayloadError) {
                return .success(try PayloadJSON.decode(type, buffer, shown: { shown }))
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    static func mismatch<Value>(_ type: Value.Type, _ came: String) -> PayloadError {
        PayloadError(.wrongType, "expected \(type == Nothing.self ? "nothing" : "\(type)"), got \(came)")
    }

    private static func isIntegral<Value>(_ type: Value.Type) -> Bool { type is any FixedWidthInteger.Type }
}

// Readers of single values; the shape has been checked by `split`.
extension PayloadCodec {
    static func integer(_ body: UnsafeRawBufferPointer) -> Int64 {
        Int64(littleEndian: body.loadUnaligned(as: Int64.self))
    }

    static func number(_ body: UnsafeRawBufferPointer) -> Double {
        Double(bitPattern: UInt64(littleEndian: body.loadUnaligned(as: UInt64.self)))
    }

    static func text(_ body: UnsafeRawBufferPointer) throws(PayloadError) -> String {
        guard let text = String(validating: body, as: UTF8.self) else {
            throw PayloadError(.damaged, "the payload says that it is a string, but is not valid UTF-8")
        }
        return text
    }

    /// The numbers of an array's payload, where they lie, if they lie there as they do in an array of
    /// `Element`: doubles for `Double`, integers for `Int` and `Int64`. Else nil. They need not be aligned.
    ///
    /// - Throws: ``PayloadError`` with code `unknownCodec` or `damaged`.
    public static func numbers<Element>(
        of type: Element.Type, in payload: UnsafeRawBufferPointer
    ) throws(PayloadError) -> UnsafeRawBufferPointer? {
        let (codec, body) = try split(payload)
        guard isNumbers(type), codec == (Element.self == Double.self ? .doubles : .ints) else { return nil }
        return body
    }

    static func array<Element: BitwiseCopyable>(_ type: Element.Type, _ body: UnsafeRawBufferPointer)
        -> [Element]
    {
        [Element](unsafeUninitializedCapacity: body.count / 8) { buffer, count in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: body)
            count = body.count / 8
        }
    }

    private static func exact(_ type: Double.Type, of value: Int64) throws(PayloadError) -> Double {
        if let number = Double(exactly: value) { return number }
        throw PayloadError(
            .notExact, "expected Double, got the integer \(value), which a Double cannot hold exactly")
    }

    private static func doubles(_ body: UnsafeRawBufferPointer) throws(PayloadError) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(body.count / 8)
        for value in array(Int64.self, body) { result.append(try exact(Double.self, of: value)) }
        return result
    }
}
