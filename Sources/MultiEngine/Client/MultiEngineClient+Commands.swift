// Commands whose results are waited for. Errors: as the client's.
extension MultiEngineClient {
    /// Executes a Python text on each engine; what it prints and the value of its last expression come back.
    ///
    /// - Parameter onOutput: gets what is printed while it is, too: ``PendingResult/value(onOutput:)``.
    @discardableResult
    public func execute(
        _ code: String, onOutput: (@Sendable (EngineOutput) -> Void)? = nil
    ) async throws -> ResultList {
        try await result(of: .execute(code), onOutput)
    }

    /// Executes a Python file of this host on each engine.
    ///
    /// - Parameter onOutput: as of ``execute(_:onOutput:)``.
    @discardableResult
    public func run(
        file path: String, onOutput: (@Sendable (EngineOutput) -> Void)? = nil
    ) async throws -> ResultList {
        try await result(of: try .run(file: path), onOutput)
    }

    // Not inlined for the same reason as that without lines.
    @inline(never)
    private func result(
        of command: NamespaceCommand<ResultList>, _ onOutput: (@Sendable (EngineOutput) -> Void)?
    ) async throws -> ResultList {
        guard let onOutput else { return try await result(of: command) }
        return try await submit(command).value(onOutput: onOutput)
    }

    /// What a prompt of each engine came to; the last one with nil.
    public func getResult(_ prompt: Int? = nil) async throws -> ResultList {
        try await result(of: .getResult(prompt))
    }

    /// The names in each engine's namespace.
    public func keys() async throws -> [[String]] { try await result(of: .keys()) }

    /// Empties the namespaces.
    public func reset() async throws { try await result(of: .reset()) }

    // MARK: Values

    /// Sets names in each namespace to the same values.
    public func push(_ values: [String: any Encodable & Sendable]) async throws {
        var bundle = PayloadBundle()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            do throws(PayloadError) { try bundle.set(value, for: name) } catch {
                throw MultiEngineError(.badInput, "the value of `\(name)` cannot be sent: \(error)")
            }
        }
        try await push(bundle)
    }

    /// Sets names in each namespace to the same values, which may be any payloads: `NumberArray.payload`.
    public func push(_ values: PayloadBundle) async throws { try await result(of: try .push(values)) }

    /// The value of a name, from each engine.
    public func pull<Value: Decodable & Sendable>(
        _ name: String, as type: Value.Type = Value.self
    ) async throws -> [Value] {
        try await result(of: .pull(name, as: type))
    }

    /// The values of names, as they are, a bundle from each engine.
    public func pull(_ names: [String]) async throws -> [PayloadBundle] {
        try await result(of: .pull(names))
    }

    /// The values of several names: for each name a list of what each engine has.
    public func zipPull<Value: Decodable & Sendable>(
        _ names: [String], as type: Value.Type = Value.self
    ) async throws -> [[Value]] {
        try await result(of: .zipPull(names, as: type))
    }

    /// Gives each engine its part of a list under one name: contiguous parts, of which the first
    /// `count % engines` have one element more. Lists of `Double`, `Int`, `Float` go without JSON.
    public func scatter<Element: Encodable & Sendable>(_ values: [Element], as name: String) async throws {
        try await result(of: try .scatter(values, as: name))
    }

    /// Gives each engine its part of an array of numbers, cut along its first dimension.
    public func scatter(_ array: NumberArray, as name: String) async throws {
        try await result(of: try .scatter(array, as: name))
    }

    /// The parts of a list that each engine has under the name, in the order of the targets.
    public func gather<Element: Decodable & Sendable>(
        _ name: String, of element: Element.Type = Element.self
    ) async throws -> [Element] {
        try await result(of: .gather(name, of: element))
    }

    /// The parts of an array of numbers, put together along the first dimension.
    public func gatherArray(_ name: String) async throws -> NumberArray {
        try await result(of: .gatherArray(name))
    }

    /// One name in the namespaces, to set and to get. A subscript that is set cannot wait, so it has methods.
    public subscript(name: String) -> EngineVariable { EngineVariable(client: self, name: name) }

    // MARK: Functions

    /// Defines a function in each namespace.
    public func pushFunction(_ function: PythonFunction, as name: String) async throws {
        try await result(of: try .pushFunction(function, as: name))
    }

    /// A function of each namespace.
    public func pullFunction(_ name: String) async throws -> [PythonFunction] {
        try await result(of: .pullFunction(name))
    }

    /// Calls a function on each engine with the same arguments.
    public func apply<Value: Decodable & Sendable>(
        _ function: PythonFunction, _ arguments: any Encodable & Sendable...,
        returning type: Value.Type = Value.self
    ) async throws -> [Value] {
        try await result(of: try .apply(function, arguments, returning: type))
    }

    /// Applies a function to each element, a contiguous part of the list on each engine; the values come in
    /// the order of the elements.
    public func map<Element: Encodable & Sendable, Value: Decodable & Sendable>(
        _ function: PythonFunction, _ elements: [Element], returning type: Value.Type = Value.self
    ) async throws -> [Value] {
        try await result(of: try .map(function, elements, returning: type))
    }
}

/// One name in the namespaces of a client's targets.
public struct EngineVariable: Sendable {
    let client: MultiEngineClient
    /// The name.
    public let name: String

    /// Sets it to the same value on each engine.
    public func set(_ value: some Encodable & Sendable) async throws { try await client.push([name: value]) }

    /// Its value on each engine.
    public func get<Value: Decodable & Sendable>(as type: Value.Type = Value.self) async throws -> [Value] {
        try await client.pull(name, as: type)
    }
}
