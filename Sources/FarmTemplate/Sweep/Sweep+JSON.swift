extension Sweep {
    /// The wire's form:
    /// `{"kind":"values","name":"n","values":[…]}`,
    /// `{"kind":"range","name":"a","from":"0","to":"1","step":"0.1"}`,
    /// `{"kind":"list","names":["n","a"],"values":[row after row]}`, `{"kind":"grid","of":[axes]}`.
    public var json: JSONValue { Self.json(axis) }

    /// Reads what `json` gives; all rules of `init(_:)` hold.
    public init(json: JSONValue) throws(TemplateError) {
        try self.init(try Self.axis(json, depth: 0))
    }

    private static func json(_ axis: SweepAxis) -> JSONValue {
        func object(_ kind: String, _ members: [JSONMember]) -> JSONValue {
            .object([JSONMember("kind", .string(kind))] + members)
        }
        switch axis {
        case .values(let name, let values):
            return object(
                "values",
                [JSONMember("name", .string(name)), JSONMember("values", .array(values.map(\.json)))])
        case .range(let name, let range):
            return object(
                "range",
                [
                    JSONMember("name", .string(name)), JSONMember("from", .string(range.from)),
                    JSONMember("to", .string(range.to)), JSONMember("step", .string(range.step)),
                ])
        case .list(let names, let values):
            return object(
                "list",
                [
                    JSONMember("names", .array(names.map { .string($0) })),
                    JSONMember("values", .array(values.map(\.json))),
                ])
        case .grid(let axes): return object("grid", [JSONMember("of", .array(axes.map(json)))])
        }
    }

    private static func axis(_ json: JSONValue, depth: Int) throws(TemplateError) -> SweepAxis {
        func fault(_ message: String) -> TemplateError { TemplateError(.badBody, message, field: "sweep") }
        func string(_ key: String) throws(TemplateError) -> String {
            guard let text = json[key]?.stringValue else { throw fault("a sweep's axis needs “\(key)”") }
            return text
        }
        func array(_ key: String) throws(TemplateError) -> [JSONValue] {
            guard case .array(let items) = json[key] else { throw fault("a sweep's axis needs “\(key)”") }
            return items
        }
        if depth > 8 { throw fault("a sweep is nested more than 8 deep") }
        switch try string("kind") {
        case "values":
            return .values(name: try string("name"), try values(try array("values")))
        case "range":
            return .range(
                name: try string("name"),
                try NumberRange(from: try string("from"), to: try string("to"), step: try string("step")))
        case "list":
            var names: [String] = []
            for name in try array("names") {
                guard let name = name.stringValue else { throw fault("a sweep's names must be strings") }
                names.append(name)
            }
            let flat = try values(try array("values"))
            guard !names.isEmpty, flat.count % names.count == 0 else {
                throw fault("a list of points has rows of different lengths")
            }
            return .list(names: names, values: flat)
        case "grid":
            var axes: [SweepAxis] = []
            for item in try array("of") { axes.append(try axis(item, depth: depth + 1)) }
            return .grid(axes)
        case let kind: throw fault("the sweep kind “\(kind)” is not known to this version")
        }
    }

    private static func values(_ items: [JSONValue]) throws(TemplateError) -> [ParameterValue] {
        var values: [ParameterValue] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try ParameterValue(json: item)) }
        return values
    }
}
