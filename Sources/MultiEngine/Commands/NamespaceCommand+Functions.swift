// Functions: to have, and to call.
extension NamespaceCommand where Result == Void {
    /// Defines a function in each namespace, under a name.
    /// - Throws: ``MultiEngineError`` with `badInput` for a text that is no function.
    public static func pushFunction(
        _ function: PythonFunction, as name: String
    ) throws(MultiEngineError) -> NamespaceCommand {
        if let known = function.knownName {
            throw MultiEngineError(
                .badInput, "`\(known)` is a name that the engines know; push a text: def or lambda")
        }
        var bundle = PayloadBundle()
        bundle.set(try function.sendable(), for: name)
        return try push(bundle)
    }
}

extension NamespaceCommand where Result == [PythonFunction] {
    /// A function of each namespace: its text, or its code where there is none.
    public static func pullFunction(_ name: String) -> NamespaceCommand {
        NamespaceCommand("pullFunction", EngineCalls.Pull.self, .same([name])) {
            (_, outcome) throws(PayloadError) in
            let bundle = try outcome.value(as: PayloadBundle.self)
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
        let call: [UInt8]
        do throws(TaskClientError) { call = try function.call(arguments) } catch {
            throw MultiEngineError(.badInput, error.message)
        }
        return NamespaceCommand("apply", EngineCalls.Apply.self, .same(call)) {
            (_, outcome) throws(PayloadError) in
            try outcome.value(as: type)
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
        common.set(try PythonFunction(mapper(calling: function.knownName)).sendable(), for: "function")
        var places = ["part"]
        if function.knownName == nil {
            common.set(try function.sendable(), for: "mapped")
            places.append("mapped")
        }
        do throws(PayloadError) { try common.set(places.map { ["$value": $0] }, for: "args") } catch {
            throw MultiEngineError(.badInput, "\(error)")
        }
        let bundle = common
        return NamespaceCommand(
            "map", EngineCalls.Apply.self,
            .own { engines in
                try Blocks.ranges(elements.count, engines).map { range in
                    var own = bundle
                    do throws(PayloadError) { try own.set(Array(elements[range]), for: "part") } catch {
                        throw MultiEngineError(.badInput, "the elements cannot be sent: \(error)")
                    }
                    return own.encoded()
                }
            }
        ) { (_, outcome) throws(PayloadError) in
            try outcome.value(as: [Value].self)
        } gather: {
            Array($0.joined())
        }
    }

    /// What runs on an engine. Floats go back as an array, the rest as JSON.
    /// - Parameter name: of a function that the engines have; nil: it comes with the call.
    private static func mapper(calling name: String?) -> String {
        """
        def mapper(part, function=None):
            import array
            function = function or \(name ?? "None")
            # Python's own numbers, also where NumPy holds them.
            part = part.tolist() if hasattr(part, "tolist") else part
            values = [function(element) for element in part]
            if values and all(type(value) is float for value in values):
                return array.array("d", values)
            return values
        """
    }
}

extension PythonFunction {
    /// As a payload.
    /// - Throws: ``MultiEngineError`` with `badInput` for a text that is no function.
    fileprivate func sendable() throws(MultiEngineError) -> [UInt8] {
        do throws(TaskClientError) { return try payload() } catch {
            throw MultiEngineError(.badInput, error.message)
        }
    }
}
