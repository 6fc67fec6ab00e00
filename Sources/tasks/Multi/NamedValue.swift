import ArgumentParser
import FarmTemplate
import Foundation
import MultiEngine

/// `NAME=VALUE` of the command line: JSON, else a string, or `@FILE`.
struct NamedValue: ExpressibleByArgument {
    /// The value as it is written.
    enum Value {
        case json(JSONValue)
        case array(NumberArray)
        case bytes([UInt8])
    }

    let name: String
    private let text: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "=") else { return nil }
        name = String(argument[..<sign])
        text = String(argument[argument.index(after: sign)...])
    }

    /// - Throws: `ValidationError` if no variable can be called so.
    func validate() throws {
        if let problem = PythonName.problem(name) { throw ValidationError(problem) }
    }

    static let help = ArgumentHelp(
        "What is set: VALUE is JSON (1.5, [1,2], true), else a string; @FILE is a file's content: of .json a"
            + " value, of .npy an array, of others bytes.",
        valueName: "name=value")

    /// The value, read from its file if it names one.
    func value() throws -> Value {
        guard text.hasPrefix("@") else {
            return .json((try? JSONValue(parsing: Array(text.utf8))) ?? .string(text))
        }
        let path = String(text.dropFirst())
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.refused, "\(path), which `\(name)` is to be read from, cannot be read")
        }
        if path.hasSuffix(".npy") {
            do throws(NumpyFile.Fault) { return .array(try NumpyFile.decode([UInt8](data))) } catch {
                throw CommandFailure(.refused, "\(path): \(error.message)")
            }
        }
        guard path.hasSuffix(".json") else { return .bytes([UInt8](data)) }
        do { return .json(try JSONValue(parsing: [UInt8](data))) } catch {
            throw CommandFailure(.refused, "\(path): \(error)")
        }
    }

    /// The value as a payload.
    func payload() throws -> [UInt8] {
        switch try value() {
        case .json(let json): return PayloadCodec.payload(json: json.encoded())
        case .array(let array): return array.payload
        case .bytes(let bytes): return [PayloadCodec.bytes.rawValue] + bytes
        }
    }
}
