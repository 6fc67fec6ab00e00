import Foundation

/// The JSON side of payloads: shared coders, and errors that people can read.
enum PayloadJSON {
    /// Coders are read-only once configured, so one of each serves all threads.
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }()

    static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }()

    /// - Parameter shown: what came, for the message; called only on an error.
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ text: UnsafeRawBufferPointer, shown: () -> String
    ) throws(PayloadError) -> Value {
        do { return try decoder.decode(type, from: Data(text)) } catch let error as DecodingError {
            if case .dataCorrupted(let context) = error, context.codingPath.isEmpty, !isJSON(text) {
                throw PayloadError(
                    .invalidJSON, "expected \(type), got text that is not JSON: \(preview(text))")
            }
            throw PayloadError(.wrongType, "expected \(type), got \(shown()): \(explain(error))")
        } catch {
            throw PayloadError(.wrongType, "expected \(type), got \(shown()): \(error)")
        }
    }

    /// The beginning of the text, for a message.
    static func preview(_ text: UnsafeRawBufferPointer) -> String {
        let shown = String(decoding: text.prefix(60), as: UTF8.self)
        return text.count > 60 ? shown + "…" : shown
    }

    /// Says where in the value the trouble is, and what it is.
    static func explain(_ error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(let type, let context): "\(at(context.codingPath))expected \(type)"
        case DecodingError.valueNotFound(let type, let context):
            "\(at(context.codingPath))expected \(type), found null"
        case DecodingError.keyNotFound(let key, let context):
            "\(at(context.codingPath))`\(key.stringValue)` is missing"
        case DecodingError.dataCorrupted(let context): "\(at(context.codingPath))\(context.debugDescription)"
        case EncodingError.invalidValue(_, let context):
            "\(at(context.codingPath))\(context.debugDescription)"
        default: "\(error)"
        }
    }

    private static func at(_ path: [any CodingKey]) -> String {
        if path.isEmpty { return "" }
        let steps = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return "at `\(steps.hasPrefix(".") ? String(steps.dropFirst()) : steps)`: "
    }

    private static func isJSON(_ text: UnsafeRawBufferPointer) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil
    }
}
