/// Reads a sweep as it stands on the wire. What a peer sent is checked; it costs memory in proportion to its
/// bytes, at worst about 40 times as much (`1,1,1,…`, where two bytes become a value with its text).
struct SweepJSONReader {
    /// How deep pieces may lie in pieces.
    static let maximumDepth = 32

    /// - Throws: `badBody` for what is no axis, and all that the kinds themselves refuse.
    func axis(_ json: JSONValue, depth: Int) throws(TemplateError) -> SweepAxis {
        if depth > Self.maximumDepth {
            throw fault("a sweep is nested more than \(Self.maximumDepth) deep")
        }
        switch try string(json, "kind") {
        case "values":
            return .values(name: try string(json, "name"), try values(json))
        case "range":
            return .range(
                name: try string(json, "name"),
                try NumberRange(
                    from: try string(json, "from"), to: try string(json, "to"), step: try string(json, "step")
                ))
        case "linspace": return try space(.linear, json)
        case "logspace": return try space(.logarithmic, json)
        case "random":
            let name = try string(json, "name")
            return .random(
                name: name,
                try RandomValues(
                    try distribution(json), count: try number(json, "count"), seed: try number(json, "seed"),
                    name: name))
        case "list":
            var names: [String] = []
            for name in try array(json, "names") {
                guard let name = name.stringValue else { throw fault("a sweep's names must be strings") }
                names.append(name)
            }
            let flat = try values(json)
            guard !names.isEmpty, flat.count % names.count == 0 else {
                throw fault("a list of points has rows of different lengths")
            }
            return .list(names: names, values: flat)
        case "grid": return .grid(try axes(json, depth))
        case "zip": return .zip(try axes(json, depth))
        case "chain": return .chain(try axes(json, depth))
        case "filter": return .filter(try filter(json, depth))
        case let kind: throw fault("the sweep kind “\(Shown.text(kind))” is not known to this version")
        }
    }

    private func axes(_ json: JSONValue, _ depth: Int) throws(TemplateError) -> [SweepAxis] {
        var axes: [SweepAxis] = []
        for item in try array(json, "of") { axes.append(try axis(item, depth: depth + 1)) }
        return axes
    }

    private func filter(_ json: JSONValue, _ depth: Int) throws(TemplateError) -> SweepFilter {
        guard let base = json["of"] else { throw fault("a filter needs “of”") }
        var excluded: [[SweepExclusion]] = []
        if json["exclude"] != nil {
            for point in try array(json, "exclude") {
                guard case .object(let members) = point else {
                    throw fault("what a filter excludes must be objects")
                }
                var values: [SweepExclusion] = []
                for member in members {
                    values.append(SweepExclusion(member.key, try ParameterValue(json: member.value)))
                }
                excluded.append(values)
            }
        }
        let condition =
            json["when"] == nil ? nil : try Condition(parsing: try string(json, "when"))
        return try SweepFilter(
            try axis(base, depth: depth + 1), when: condition, excluding: excluded,
            counts: try string(json, "counts"))
    }

    private func space(
        _ spacing: NumberSpace.Spacing, _ json: JSONValue
    ) throws(TemplateError) -> SweepAxis {
        .space(
            name: try string(json, "name"),
            try NumberSpace(
                spacing, from: try string(json, "from"), to: try string(json, "to"),
                count: try number(json, "count")))
    }

    private func distribution(_ json: JSONValue) throws(TemplateError) -> RandomValues.Distribution {
        switch try string(json, "distribution") {
        case "uniform": return .uniform(from: try string(json, "from"), to: try string(json, "to"))
        case "loguniform": return .logUniform(from: try string(json, "from"), to: try string(json, "to"))
        case "normal":
            return .normal(mean: try string(json, "mean"), deviation: try string(json, "stddev"))
        case "integer": return .integer(from: try string(json, "from"), to: try string(json, "to"))
        case "choice": return .choice(try values(json))
        case let name: throw fault("the distribution “\(Shown.text(name))” is not known to this version")
        }
    }

    private func values(_ json: JSONValue) throws(TemplateError) -> [ParameterValue] {
        let items = try array(json, "values")
        var values: [ParameterValue] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try ParameterValue(json: item)) }
        return values
    }

    private func string(_ json: JSONValue, _ key: String) throws(TemplateError) -> String {
        guard let text = json[key]?.stringValue else { throw fault("a sweep's axis needs “\(key)”") }
        return text
    }

    private func number(_ json: JSONValue, _ key: String) throws(TemplateError) -> UInt64 {
        guard case .number(let text) = json[key], let value = UInt64(text) else {
            throw fault("a sweep's axis needs “\(key)”, a whole number")
        }
        return value
    }

    private func array(_ json: JSONValue, _ key: String) throws(TemplateError) -> [JSONValue] {
        guard case .array(let items) = json[key] else { throw fault("a sweep's axis needs “\(key)”") }
        return items
    }

    private func fault(_ message: String) -> TemplateError {
        TemplateError(.badBody, message, field: "sweep")
    }
}
