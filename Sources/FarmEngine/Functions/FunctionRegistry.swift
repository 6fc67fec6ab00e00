public import FarmFunctions
import FarmTemplate

/// The functions that an engine offers, by name.
public struct FunctionRegistry: Sendable {
    private var runners: [String: FunctionRunner] = [:]

    /// A registry without functions.
    public init() {}

    /// A registry of these functions and the built-in ones.
    ///
    /// - Throws: ``EngineError`` with code `duplicateFunction`.
    public init(_ functions: [any TaskFunction.Type]) throws(EngineError) {
        register(unchecked: NoopFunction.self)
        register(unchecked: EchoFunction.self)
        for function in functions { try register(function) }
    }

    /// Adds a function. The built-in `noop` and `echo` give way to one of the same name.
    ///
    /// - Throws: ``EngineError`` with code `duplicateFunction` if the name is taken, empty, or one of those
    ///   that only the engine gives: `namespace.…`.
    public mutating func register(_ function: any TaskFunction.Type) throws(EngineError) {
        let name = function.name
        guard !name.isEmpty else {
            throw EngineError(.duplicateFunction, "\(function) has an empty name; give its `name` a word")
        }
        guard !name.hasPrefix(NamespaceCall.prefix) else {
            throw EngineError(
                .duplicateFunction,
                "`\(name)`: names that begin with `\(NamespaceCall.prefix)` are the engine's own; rename \(function)"
            )
        }
        guard runners[name] == nil || Self.builtIn.contains(name) else {
            throw EngineError(
                .duplicateFunction,
                "two functions are called `\(name)`, the second is \(function); rename one of them")
        }
        register(unchecked: function)
    }

    /// The names registered, in order.
    public var names: [String] { runners.keys.sorted() }

    /// The function of this name.
    ///
    /// - Throws: ``EngineError`` with code `unknownFunction`, which names the nearest and lists what is
    ///   there.
    func runner(named name: String) throws(EngineError) -> FunctionRunner {
        if let runner = runners[name] { return runner }
        let offered = names.filter { !Self.builtIn.contains($0) }
        let nearest = Spelling.nearest(name, in: names)
        var message = "this engine has no function `\(name)`"
        if let nearest { message += " (did you mean `\(nearest)`?)" }
        message +=
            offered.isEmpty
            ? "; it is the stock engine, which has none: start the engine executable that registers it (--engine PATH)"
            : "; it has \(offered.joined(separator: ", "))"
        throw EngineError(.unknownFunction, message)
    }

    private static let builtIn: Set<String> = [NoopFunction.name, EchoFunction.name]

    private mutating func register(unchecked function: any TaskFunction.Type) {
        func runner<Function: TaskFunction>(_ type: Function.Type) -> FunctionRunner { FunctionRunner(type) }
        runners[function.name] = runner(function)
    }
}
