// Values into the namespaces and out of them.
extension NamespaceCommand where Result == Void {
    /// Sets names in each namespace to the same values; they are sent to the controller once.
    /// - Throws: ``MultiEngineError`` with `badInput` for what can be no variable's name.
    public static func push(_ values: PayloadBundle) throws(MultiEngineError) -> NamespaceCommand {
        for entry in values.entries { try check(entry.name) }
        return plain("push", EngineCalls.Push.self, .same(values))
    }

    private static func check(_ name: String) throws(MultiEngineError) {
        if let problem = PythonName.problem(name) { throw MultiEngineError(.badInput, problem) }
    }

    /// Gives each engine its part of a list under one name: contiguous parts, of which the first
    /// `count % engines` have one element more.
    /// - Throws: as ``push(_:)``.
    public static func scatter<Element: Encodable & Sendable>(
        _ values: [Element], as name: String
    ) throws(MultiEngineError) -> NamespaceCommand {
        try scatter(count: values.count, called: name) { range in
            do throws(PayloadError) { return try PackedBundle(name, part: values[range]) } catch {
                throw MultiEngineError(.badInput, "the value of `\(name)` cannot be sent: \(error)")
            }
        }
    }

    /// Gives each engine its part of an array of numbers, cut along its first dimension; no JSON.
    /// - Throws: as ``push(_:)``; `badInput` also for a single number, which has no dimension.
    public static func scatter(
        _ array: NumberArray, as name: String
    ) throws(MultiEngineError) -> NamespaceCommand {
        guard let rows = array.extents.first else {
            throw MultiEngineError(
                .badInput, "a single number cannot be scattered; use an array with a dimension")
        }
        return try scatter(count: rows, as: name) { try array.rows($0).payload }
    }

    /// The same of what can be cut somehow else.
    /// - Parameter part: the payload of some of the elements.
    /// - Throws: as ``push(_:)``.
    public static func scatter(
        count: Int, as name: String, part: @escaping @Sendable (Range<Int>) throws -> [UInt8]
    ) throws(MultiEngineError) -> NamespaceCommand {
        try scatter(count: count, called: name) { PackedBundle(name, payload: try part($0)) }
    }

    private static func scatter(
        count: Int, called name: String, part: @escaping @Sendable (Range<Int>) throws -> PackedBundle
    ) throws(MultiEngineError) -> NamespaceCommand {
        try check(name)
        return plain(
            "scatter", EngineCalls.Scatter.self,
            .own { engines in try Blocks.ranges(count, engines).map { try part($0) } })
    }
}

extension NamespaceCommand where Result == [PayloadBundle] {
    /// The values of names, as they are, a bundle from each engine.
    public static func pull(_ names: [String]) -> NamespaceCommand {
        NamespaceCommand("pull", EngineCalls.Pull.self, .same(names)) {
            (_, outcome) throws(PayloadError) in
            try outcome.value(as: PayloadBundle.self)
        } gather: {
            $0
        }
    }
}

extension NamespaceCommand {
    /// The values of several names: for each name a list of what each engine has.
    public static func zipPull<Value: Decodable & Sendable>(
        _ names: [String], as type: Value.Type = Value.self
    ) -> NamespaceCommand where Result == [[Value]] {
        NamespaceCommand(
            "zipPull", EngineCalls.Pull.self, .same(names),
            part: { (_, outcome) throws(PayloadError) in
                let bundle = try outcome.value(as: PayloadBundle.self)
                var values: [Value] = []
                for name in names { values.append(try bundle.value(name, as: type)) }
                return values
            },
            gather: { engines in names.indices.map { name in engines.map { $0[name] } } })
    }

    /// The value of a name, from each engine.
    public static func pull<Value: Decodable & Sendable>(
        _ name: String, as type: Value.Type = Value.self
    ) -> NamespaceCommand where Result == [Value] {
        pulled("pull", name, type) {
            $0
        }
    }

    /// The parts of a list that each engine has under the name, put together in the order of the targets.
    public static func gather<Element: Decodable & Sendable>(
        _ name: String, of element: Element.Type = Element.self
    ) -> NamespaceCommand where Result == [Element] {
        NamespaceCommand("gather", EngineCalls.Pull.self, .same([name])) {
            (_, outcome) throws(PayloadError) in
            try GatheredPart<Element>(name, of: outcome)
        } gather: {
            try GatheredPart.join($0)
        }
    }

    private static func pulled<Part: Decodable & Sendable>(
        _ command: String, _ name: String, _ type: Part.Type,
        gather: @escaping @Sendable ([Part]) throws -> Result
    ) -> NamespaceCommand {
        NamespaceCommand(
            command, EngineCalls.Pull.self, .same([name]),
            part: { (_, outcome) throws(PayloadError) in
                try outcome.withValue { (payload) throws(PayloadError) in
                    try PayloadBundle.value(name, of: payload, as: type)
                }
            }, gather: gather)
    }
}

extension NamespaceCommand where Result == NumberArray {
    /// The parts of an array of numbers, put together along the first dimension in the order of the targets.
    public static func gatherArray(_ name: String) -> NamespaceCommand {
        pulled("gather", name, NumberArray.self) { try NumberArray(joining: $0) }
    }
}

extension PayloadBundle {
    /// One value.
    /// - Throws: ``MultiEngineError`` with `badInput` if it cannot be sent.
    init(_ name: String, encoding value: some Encodable) throws(MultiEngineError) {
        self.init()
        do throws(PayloadError) { try set(value, for: name) } catch {
            throw MultiEngineError(.badInput, "the value of `\(name)` cannot be sent: \(error)")
        }
    }
}
