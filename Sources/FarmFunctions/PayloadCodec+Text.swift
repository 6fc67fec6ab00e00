import Foundation

extension PayloadCodec {
    /// Any payload as JSON text, for showing: bytes as a base64 string, a pickle as one in an object, no
    /// value as `null`, numbers with the digits that read back as the same number, and what JSON has no
    /// number for as `"nan"`, `"inf"`, `"-inf"`.
    ///
    /// - Throws: ``PayloadError`` if the payload is damaged. JSON in a payload is handed out unread.
    public static func json(_ payload: UnsafeRawBufferPointer) throws(PayloadError) -> String {
        let (codec, body) = try split(payload)
        return try json(codec, body)
    }

    /// As ``json(_:)-(UnsafeRawBufferPointer)``, from an array.
    public static func json(_ payload: [UInt8]) throws(PayloadError) -> String {
        let result = payload.withUnsafeBytes { bytes -> Result<String, PayloadError> in
            do throws(PayloadError) { return .success(try json(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// A payload that holds the JSON text given, which is not looked at.
    public static func payload(json text: some Sequence<UInt8>) -> [UInt8] {
        var payload: [UInt8] = [PayloadCodec.json.rawValue]
        payload.append(contentsOf: text)
        return payload
    }

    static func json(_ codec: PayloadCodec, _ body: UnsafeRawBufferPointer) throws(PayloadError) -> String {
        switch codec {
        case .nothing: "null"
        case .bytes: "\"" + Data(body).base64EncodedString() + "\""
        case .json, .jsonAndPickle: try text(body)
        case .int: String(integer(body))
        case .double: json(number(body))
        case .string: quoted(try text(body))
        case .bool: body[0] == 1 ? "true" : "false"
        case .doubles: "[" + array(Double.self, body).map { json($0) }.joined(separator: ",") + "]"
        case .ints: "[" + array(Int64.self, body).map { String($0) }.joined(separator: ",") + "]"
        case .array: try NumberArray(payload: [codec.rawValue] + body).json()
        case .pickle: "{\"pickle\":\"" + Data(body).base64EncodedString() + "\"}"
        case .pythonFunction: try text(body)
        case .bundle: try json(PayloadBundle(decoding: body))
        }
    }

    static func json<Number: BinaryFloatingPoint & LosslessStringConvertible>(_ number: Number) -> String {
        if number.isNaN { return "\"nan\"" }
        if number.isInfinite { return number < 0 ? "\"-inf\"" : "\"inf\"" }
        return String(number)
    }

    /// An object of the values.
    private static func json(_ bundle: PayloadBundle) throws(PayloadError) -> String {
        var members: [String] = []
        for entry in bundle.entries {
            guard entry.payload.first != PayloadCodec.bundle.rawValue else {
                throw PayloadError(.damaged, "`\(entry.name)` is a bundle in a bundle, which nobody writes")
            }
            members.append(quoted(entry.name) + ":" + (try json(entry.payload)))
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        // Encoding a string cannot fail.
        guard let data = try? PayloadJSON.encoder.encode(text) else { return "\"\"" }
        return String(decoding: data, as: UTF8.self)
    }
}
