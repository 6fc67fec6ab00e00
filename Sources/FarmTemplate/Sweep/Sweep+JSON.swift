extension Sweep {
    /// The wire's form, an object a piece with its `kind`:
    /// `{"kind":"values","name":"n","values":[…]}`,
    /// `{"kind":"range","name":"a","from":"0","to":"1","step":"0.1"}`,
    /// `{"kind":"linspace","name":"a","from":"0","to":"1","count":11}`, `logspace` alike,
    /// `{"kind":"random","name":"a","distribution":"uniform","from":"0","to":"1","seed":0,"count":10}`, with
    /// `mean` and `stddev` or `values` as the distribution has it,
    /// `{"kind":"list","names":["n","a"],"values":[row after row]}`, `grid`, `zip` and `chain` as
    /// `{"kind":"grid","of":[axes]}`, and
    /// `{"kind":"filter","of":axis,"when":"n < 5","exclude":[{"n":1}],"counts":"AEAA"}` with two digits of 6
    /// bits (`A` to `Z`, `a` to `z`, `0` to `9`, `-`, `_`) for each 1,024 points.
    public var json: JSONValue { Self.json(axis) }

    /// Reads what `json` gives; all rules of `init(_:)` hold.
    public init(json: JSONValue) throws(TemplateError) {
        let reader = SweepJSONReader()
        try self.init(try reader.axis(json, depth: 0))
    }

    private static func json(_ axis: SweepAxis) -> JSONValue {
        func object(_ kind: String, _ members: [JSONMember]) -> JSONValue {
            .object([JSONMember("kind", .string(kind))] + members)
        }
        func string(_ key: String, _ text: String) -> JSONMember { JSONMember(key, .string(text)) }
        func number(_ key: String, _ value: UInt64) -> JSONMember {
            JSONMember(key, .number(String(value)))
        }
        func array(_ key: String, _ values: [ParameterValue]) -> JSONMember {
            JSONMember(key, .array(values.map(\.json)))
        }
        switch axis {
        case .values(let name, let values):
            return object("values", [string("name", name), array("values", values)])
        case .range(let name, let range):
            return object(
                "range",
                [
                    string("name", name), string("from", range.from), string("to", range.to),
                    string("step", range.step),
                ])
        case .space(let name, let space):
            return object(
                space.spacing.rawValue,
                [
                    string("name", name), string("from", space.from), string("to", space.to),
                    number("count", space.count),
                ])
        case .random(let name, let random):
            var members = [string("name", name)]
            func add(_ distribution: String, _ more: [JSONMember]) {
                members += [string("distribution", distribution)] + more
            }
            switch random.distribution {
            case .uniform(let from, let to): add("uniform", [string("from", from), string("to", to)])
            case .logUniform(let from, let to): add("loguniform", [string("from", from), string("to", to)])
            case .normal(let mean, let deviation):
                add("normal", [string("mean", mean), string("stddev", deviation)])
            case .integer(let from, let to): add("integer", [string("from", from), string("to", to)])
            case .choice(let values): add("choice", [array("values", values)])
            }
            return object("random", members + [number("seed", random.seed), number("count", random.count)])
        case .list(let names, let values):
            return object(
                "list", [JSONMember("names", .array(names.map { .string($0) })), array("values", values)])
        case .grid(let axes): return object("grid", [JSONMember("of", .array(axes.map(json)))])
        case .zip(let axes): return object("zip", [JSONMember("of", .array(axes.map(json)))])
        case .chain(let axes): return object("chain", [JSONMember("of", .array(axes.map(json)))])
        case .filter(let filter):
            var members = [JSONMember("of", json(filter.base))]
            if let condition = filter.condition { members.append(string("when", condition.text)) }
            if !filter.excluded.isEmpty {
                let points = filter.excluded.map { point in
                    JSONValue.object(point.map { JSONMember($0.name, $0.value.json) })
                }
                members.append(JSONMember("exclude", .array(points)))
            }
            return object("filter", members + [string("counts", filter.counts.text)])
        }
    }
}
