import FoundationEssentials

/// Reads and writes the JSON documents of this module; errors name the file and the field, never a value.
enum Document {
    static func encode(_ document: some Encodable) throws(CredentialError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(document)) + [UInt8(ascii: "\n")]
        } catch {
            throw CredentialError(.malformed, "cannot write JSON; a field holds what JSON cannot")
        }
    }

    static func decode<Content: Decodable>(_ type: Content.Type, _ bytes: [UInt8], path: String)
        throws(CredentialError) -> Content
    {
        let decoder = JSONDecoder()
        let data = Data(bytes)
        do {
            let version = try decoder.decode(Version.self, from: data).format
            guard version == 1 else {
                throw CredentialError(
                    .newerFormat, "\(path) has format \(version), this program reads 1; update the program")
            }
            return try decoder.decode(type, from: data)
        } catch let error as CredentialError {
            throw error
        } catch let error as DecodingError {
            throw CredentialError(.malformed, "\(path) \(complaint(error)); copy or issue the file again")
        } catch {
            throw CredentialError(.malformed, "\(path) is no JSON; copy or issue the file again")
        }
    }

    /// A value that is not as a field needs it.
    static func invalid(_ field: String, _ path: String) -> CredentialError {
        CredentialError(.malformed, "\(path) has an invalid field \(field); copy or issue the file again")
    }

    private struct Version: Decodable {
        let format: Int
    }

    private static func complaint(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "has no field \(key.stringValue)"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            context.codingPath.isEmpty
                ? "is no JSON object" : "has a wrong type in field \(name(context.codingPath))"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "has a wrong value in field \(name(context.codingPath))"
        default: "is no JSON"
        }
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.map(\.stringValue).joined(separator: ".")
    }
}
