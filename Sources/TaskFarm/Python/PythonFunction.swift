import FarmTransport

/// A function in Python that the engines' kernels call: `math.hypot`, or one whose source goes with it.
///
/// ```swift
/// let lengths = try await farm.map(PythonFunction("math.hypot"), [[3.0, 4.0], [5.0, 12.0]], returning:
/// Double.self) let square = PythonFunction(name: "square", source: "def square(x):\n    return x * x") let
/// nine = try await farm.submit(square, arguments: [3], returning: Int.self).value
/// ```
public struct PythonFunction: Sendable {
    private let payload: [UInt8]

    /// A function of the engine's namespace, a built-in one, or, with dots, what one of its modules has:
    /// `f`, `len`, `math.hypot` where `math` is imported there.
    public init(_ name: String) { payload = [PayloadCodec.string.rawValue] + name.utf8 }

    /// One that goes with each call.
    /// - Parameter source: a `def` of that name; its global names are those of the engine's namespace.
    public init(name: String, source: String) {
        let text = JSONValue.object([
            JSONMember("name", .string(name)), JSONMember("source", .string(source)),
        ])
        payload = [PayloadCodec.pythonFunction.rawValue] + text.encoded()
    }

    /// A call of it: each argument as a value of its own, so that arrays cross as they are.
    func call(
        _ arguments: [any Encodable & Sendable], _ keywords: [String: any Encodable & Sendable]
    ) throws(TaskClientError) -> [UInt8] {
        var bundle = PayloadBundle()
        bundle.set(payload, for: "function")
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

    /// The engine's function that does it.
    struct Apply<Output: Codable & Sendable>: TaskFunction {
        static var name: String { "namespace.apply" }

        func run(_ input: [UInt8], _ context: TaskContext) async throws -> Output {
            throw NotHere("it runs in an engine's Python kernel")
        }
    }
}
