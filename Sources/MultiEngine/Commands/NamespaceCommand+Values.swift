// Values into the namespaces and out of them.
extension NamespaceCommand where Result == Void {
    /// Sets names in each namespace to the same values; they are sent to the controller once.
    public static func push(_ values: PayloadBundle) -> NamespaceCommand {
        plain("push", EngineCalls.Push.self, .same(values))
    }

    /// Gives each engine its part of a list under one name: contiguous parts, of which the first
    /// `count % engines` have one element more.
    public static func scatter<Element: Encodable & Sendable>(
        _ values: [Element], as name: String
    ) -> NamespaceCommand {
        scatter(count: values.count) { range in
            do throws(PayloadError) { return try PackedBundle(name, part: values[range]) } catch {
                throw MultiEngineError(.badInput, "the value of `\(name)` cannot be sent: \(error)")
            }
        }
    }

    /// Gives each engine its part of an array of numbers, cut along its first dimension; no JSON.
    /// - Throws: ``MultiEngineError`` with `badInput` for a single number, which has no dimension.
    public static func scatter(
        _ array: NumberArray, as name: String
    ) throws(MultiEngineError) -> NamespaceCommand {
        guard let rows = array.extents.first else {
            throw MultiEngineError(
                .badInput, "a single number cannot be scattered; use an array with a dimension")
        }
        return scatter(count: rows, as: name) { try array.rows($0).payload }
    }

    /// The same of what can be cut somehow else.
    /// - Parameter part: the payload of some of the elements.
    public static func scatter(
        count: Int, as name: String, part: @escaping @Sendable (Range<Int>) throws -> [UInt8]
    ) -> NamespaceCommand {
        scatter(count: count) { PackedBundle(name, payload: try part($0)) }
    }

    private static func scatter(
        count: Int, part: @escaping @Sendable (Range<Int>) throws -> PackedBundle
    ) -> NamespaceCommand {
        plain(
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
