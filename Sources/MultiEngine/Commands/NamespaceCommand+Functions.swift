// Functions: to have, and to call.
extension NamespaceCommand where Result == Void {
    /// Defines a function in each namespace, under a name.
    /// - Throws: ``MultiEngineError`` with `badInput` for a text that is no function.
    public static func pushFunction(
        _ function: PythonFunction, as name: String
    ) throws(MultiEngineError) -> NamespaceCommand {
        guard case .named(let known) = function.form else {
            var bundle = PayloadBundle()
            bundle.set(try function.payload(), for: name)
            return push(bundle)
        }
        throw MultiEngineError(
            .badInput, "`\(known)` is a name that the engines know; push a text: def or lambda")
    }
}

extension NamespaceCommand where Result == [PythonFunction] {
    /// A function of each namespace: its text, or its code where there is none.
    public static func pullFunction(_ name: String) -> NamespaceCommand {
        NamespaceCommand("pullFunction", EngineCalls.Pull.self, .same([name])) {
            (_, outcome) throws(PayloadError) in
            let bundle = try PayloadBundle(decoding: try outcome.value(as: [UInt8].self))
            return try PythonFunction(payload: bundle[name] ?? [])
        } gather: {
            $0
        }
    }
}

extension NamespaceCommand {
    /// Calls a function on each engine with the same arguments, and gives what it gave on each.
    /// - Throws: ``MultiEngineError`` with `badInput` for a function or an argument that cannot be sent.
    public static func apply<Value: Decodable & Sendable>(
        _ function: PythonFunction, _ arguments: [any Encodable & Sendable] = [],
        returning type: Value.Type = Value.self
    ) throws(MultiEngineError) -> NamespaceCommand where Result == [Value] {
        var bundle = PayloadBundle()
        bundle.set(try function.payload(), for: "function")
        var references: [[String: String]] = []
        for (index, argument) in arguments.enumerated() {
            let one = try PayloadBundle("argument \(index)", encoding: argument)
            bundle.set(one["argument \(index)"] ?? [], for: "argument\(index)")
            references.append(["$value": "argument\(index)"])
        }
        do throws(PayloadError) { try bundle.set(references, for: "args") } catch {
            throw MultiEngineError(.badInput, "\(error)")
        }
        return NamespaceCommand("apply", EngineCalls.Apply.self, .same(bundle.encoded())) {
            (_, outcome) throws(PayloadError) in try outcome.value(as: type)
        } gather: {
            $0
        }
    }

    /// Applies a function to each element of a list, a contiguous part of it on each engine, and gives the
    /// values in the order of the elements. An engine that has no element is given an empty part.
    /// - Throws: ``MultiEngineError`` with `badInput` for a function that cannot be sent.
    public static func map<Element: Encodable & Sendable, Value: Decodable & Sendable>(
        _ function: PythonFunction, _ elements: [Element], returning type: Value.Type = Value.self
    ) throws(MultiEngineError) -> NamespaceCommand where Result == [Value] {
        var common = PayloadBundle()
        common.set(try PythonFunction(mapper).payload(), for: "function")
        let args: String
        if case .named(let name) = function.form {
            args = name
        } else {
            args = "map_function"
            common.set(try function.payload(), for: args)
        }
        do throws(PayloadError) {
            try common.set([["$value": args], ["$value": "map_part"]], for: "args")
        } catch {
            throw MultiEngineError(.badInput, "\(error)")
        }
        let bundle = common
        return NamespaceCommand(
            "map", EngineCalls.Apply.self,
            .own { engines in
                try Blocks.ranges(elements.count, engines).map { range in
                    var own = bundle
                    let part = try PayloadBundle("map_part", encoding: Array(elements[range]))
                    own.set(part["map_part"] ?? [], for: "map_part")
                    return own.encoded()
                }
            }
        ) { (_, outcome) throws(PayloadError) in
            try outcome.value(as: [Value].self)
        } gather: {
            Array($0.joined())
        }
    }

    /// What runs on an engine; numbers go back as an array, the rest as JSON.
    private static var mapper: String {
        """
        def mapper(function, part):
            import array
            # Python's own numbers, also where NumPy holds them.
            part = part.tolist() if hasattr(part, "tolist") else part
            values = [function(element) for element in part]
            if values and all(type(value) is float for value in values):
                return array.array("d", values)
            return values
        """
    }
}
