import FarmTransport
import Foundation

/// A function in Python that engines' kernels call: a name that they know, or a text that goes with it.
///
/// ```swift
/// let roots = try await farm.map("math.sqrt", [4.0, 9.0], returning: Double.self)
/// let square: PythonFunction = "lambda x: x * x"
/// let nine = try await farm.submit(square, arguments: [3], returning: Int.self).value
/// ```
public struct PythonFunction: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Where the function comes from.
    private enum Form: Sendable, Hashable {
        case named(String)
        case source(name: String, String)
        /// By its code, which only the same version of Python reads: the payload as it came.
        case compiled([UInt8])
        case unreadable(String)
    }

    private let form: Form

    /// From a text: one `def f(x): …` (with decorators, if need be), `lambda x: …`, or a name.
    ///
    /// A name is that of a function of the engine's namespace, of a built-in one, or, with dots, of what one
    /// of its modules has: `f`, `len`, `math.hypot` where `math` is imported there. What is none of these is
    /// refused when it is sent.
    public init(_ text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let definitions = text.matches(of: #/(?m)^(?:async +)?def +(\w+) *\(/#)
        if text.hasPrefix("lambda ") || text.hasPrefix("lambda:") {
            form = .source(name: "function", "function = \(text)\n")
        } else if let first = definitions.first, definitions.count == 1 {
            form = .source(name: String(first.1), text + "\n")
        } else if text.wholeMatch(of: #/[\p{L}_]\w*(\.[\p{L}_]\w*)*/#) != nil {
            form = .named(text)
        } else {
            form = .unreadable(text)
        }
    }

    /// From a text.
    public init(stringLiteral value: String) { self.init(value) }

    /// One that goes with each call.
    /// - Parameter source: a `def` of that name; its global names are those of the engine's namespace.
    public init(name: String, source: String) { form = .source(name: name, source) }

    /// One that a namespace has given, as a payload.
    /// - Throws: `PayloadError` with code `wrongType` if it is no function.
    public init(payload: [UInt8]) throws(PayloadError) {
        guard payload.first == PayloadCodec.pythonFunction.rawValue else {
            // Says what it is instead.
            _ = try PayloadCodec.decode(NoFunction.self, from: payload)
            form = .unreadable("")
            return
        }
        guard let text = try? JSONValue(parsing: Array(payload.dropFirst())),
            let name = text["name"]?.stringValue,
            let source = text["source"]?.stringValue
        else {
            form = .compiled(payload)
            return
        }
        form = .source(name: name, source)
    }

    /// Its text or its name; empty for one that came by its code.
    public var description: String {
        switch form {
        case .source(_, let source): source.trimmingCharacters(in: .newlines)
        case .named(let name), .unreadable(let name): name
        case .compiled: ""
        }
    }

    /// The name of a function that engines have; nil for one that goes with its call.
    public var knownName: String? {
        if case .named(let name) = form { name } else { nil }
    }

    /// The function as a payload (docs/protocol.md, "Values"); a name as a string.
    /// - Throws: `TaskClientError` with `badInput` for a text that is no function.
    public func payload() throws(TaskClientError) -> [UInt8] {
        switch form {
        case .named(let name): return [PayloadCodec.string.rawValue] + name.utf8
        case .compiled(let payload): return payload
        case .source(let name, let source):
            let text = JSONValue.object([
                JSONMember("name", .string(name)), JSONMember("source", .string(source)),
            ])
            return [PayloadCodec.pythonFunction.rawValue] + text.encoded()
        case .unreadable(let text):
            throw TaskClientError(
                .badInput,
                "“\(text.prefix(60))” is no function: write one `def`, a `lambda`, or the name of a function that"
                    + " the engines have")
        }
    }

    /// The input of `namespace.apply` for a call of it: each argument as a value of its own, so that arrays
    /// cross as they are.
    /// - Throws: `TaskClientError` with `badInput` for a function or an argument that cannot be sent.
    public func call(
        _ arguments: [any Encodable & Sendable], _ keywords: [String: any Encodable & Sendable] = [:]
    ) throws(TaskClientError) -> [UInt8] {
        var bundle = PayloadBundle()
        bundle.set(try payload(), for: "function")
        func add(_ value: any Encodable, _ name: String) throws(TaskClientError) -> JSONValue {
            do throws(PayloadError) { try bundle.set(value, for: name) } catch {
                throw TaskClientError(.badInput, "argument \(name): \(error)")
            }
            return .object([JSONMember("$value", .string(name))])
        }
        var places: [JSONValue] = []
        for (index, value) in arguments.enumerated() { places.append(try add(value, "\(index)")) }
        var named: [JSONMember] = []
        for (name, value) in keywords.sorted(by: { $0.key < $1.key }) {
            named.append(JSONMember(name, try add(value, "=\(name)")))
        }
        bundle.set(PayloadCodec.payload(json: JSONValue.array(places).encoded()), for: "args")
        if !named.isEmpty {
            bundle.set(PayloadCodec.payload(json: JSONValue.object(named).encoded()), for: "kwargs")
        }
        return bundle.encoded()
    }

    private struct NoFunction: Decodable {
        init(from decoder: any Decoder) throws {
            throw DecodingError.typeMismatch(
                PythonFunction.self,
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "it is no function"))
        }
    }

    /// The engine's function that does it.
    struct Apply<Output: Codable & Sendable>: TaskFunction {
        static var name: String { "namespace.apply" }

        func run(_ input: [UInt8], _ context: TaskContext) async throws -> Output {
            throw NotHere("it runs in an engine's Python kernel")
        }
    }
}
