/// How a value is laid out in a task's payload: one byte that says which of these, then the value.
///
/// Numbers are little-endian, arrays contiguous. The plain kinds beside JSON are there because they cost tens
/// of nanoseconds where JSON costs microseconds; any `Codable` value that is none of them travels as JSON.
/// Reading is more lenient than writing: a number of one kind is read as another where that loses nothing,
/// and JSON is read as anything, since `with:` in a batch file arrives as JSON whatever the function wants.
public enum PayloadCodec: UInt8, Sendable, CaseIterable {
    /// No value; no bytes follow.
    case nothing = 0
    /// Bytes as they are.
    case bytes = 1
    /// JSON text in UTF-8.
    case json = 2
    /// A signed integer of 64 bits.
    case int = 3
    /// An IEEE 754 double.
    case double = 4
    /// Text in UTF-8.
    case string = 5
    /// One byte, 0 or 1.
    case bool = 6
    /// Doubles, laid end to end.
    case doubles = 7
    /// Signed integers of 64 bits, laid end to end.
    case ints = 8
    /// An array of numbers of any shape: ``NumberArray``.
    case array = 9
    /// Python's pickle, which only Python reads.
    case pickle = 10
    /// A function written in Python, as JSON text.
    case pythonFunction = 11
    /// Values by name: ``PayloadBundle``.
    case bundle = 12
    /// Python's tuples and what holds them: u32 length, so many bytes of JSON, in which they are lists, and a
    /// pickle, which Python reads instead. It is read here as the JSON in it.
    case jsonAndPickle = 13

    /// What the kind is called in messages.
    public var word: String {
        switch self {
        case .nothing: "nothing"
        case .bytes: "raw bytes"
        case .json: "JSON"
        case .int: "an integer"
        case .double: "a floating-point number"
        case .string: "a string"
        case .bool: "a boolean"
        case .doubles: "an array of floating-point numbers"
        case .ints: "an array of integers"
        case .array: "an array of numbers"
        case .pickle: "a Python pickle"
        case .pythonFunction: "a Python function"
        case .bundle: "values by name"
        case .jsonAndPickle: "a Python value with tuples"
        }
    }

    /// Checks that a payload is what its codec says; what JSON or a pickle holds is not looked at.
    /// - Throws: ``PayloadError`` with code `unknownCodec` or `damaged`.
    package static func check(
        _ payload: UnsafeRawBufferPointer, of name: String
    ) throws(PayloadError) {
        do throws(PayloadError) { _ = try split(payload) } catch {
            throw PayloadError(error.code, "`\(name)`: \(error.message)")
        }
    }

    /// A list of texts as a payload.
    package static func strings(_ texts: [String]) -> [UInt8] {
        (try? encode(texts)) ?? [PayloadCodec.nothing.rawValue]
    }

    /// The codec of a payload and the bytes behind it. An empty payload is the same as ``nothing``, and
    /// ``jsonAndPickle`` is given as the ``json`` in it.
    ///
    /// - Throws: ``PayloadError`` with code `unknownCodec` or `damaged`.
    static func split(
        _ payload: UnsafeRawBufferPointer
    ) throws(PayloadError) -> (PayloadCodec, UnsafeRawBufferPointer) {
        guard let first = payload.first else { return (.nothing, payload) }
        guard let codec = PayloadCodec(rawValue: first) else {
            throw PayloadError(
                .unknownCodec,
                "the payload begins with codec \(first), which this version does not know (0 to 13 are known); "
                    + "is its writer newer than its reader?")
        }
        let body = UnsafeRawBufferPointer(rebasing: payload[1...])
        if codec == .jsonAndPickle, let text = likeness(body) { return (.json, text) }
        let isSound =
            switch codec {
            case .nothing: body.isEmpty
            case .bytes, .json, .string, .pickle, .pythonFunction: true
            case .array: NumberArray.isSound(body)
            case .bundle: PayloadBundle.isSound(body)
            case .int, .double: body.count == 8
            case .bool: body.count == 1 && body[0] < 2
            case .doubles, .ints: body.count % 8 == 0
            case .jsonAndPickle: false
            }
        guard isSound else {
            throw PayloadError(
                .damaged, "the payload says that it is \(codec.word), but has \(body.count) bytes")
        }
        return (codec, body)
    }

    /// The JSON before the pickle; nil if there is none.
    private static func likeness(_ body: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard body.count >= 4 else { return nil }
        let length = UInt32(littleEndian: body.loadUnaligned(as: UInt32.self))
        guard Int(length) <= body.count - 4 else { return nil }
        return UnsafeRawBufferPointer(rebasing: body[4..<4 + Int(length)])
    }
}
