/// The `with` of a function call, compiled: strings that hold `${{ }}` are found once.
indirect enum CompiledJSON: Sendable {
    case constant(JSONValue)
    /// A string with expressions among other text.
    case text(CompiledText)
    /// A string that is one expression: it becomes that value, number or whatever it is.
    case value(Reference)
    case array([CompiledJSON])
    case object([(key: String, value: CompiledJSON)])

    init(_ json: JSONValue, _ scope: ExpressionScope, _ field: String, _ faults: inout [TemplateError]) {
        switch json {
        case .string(let string):
            do throws(TemplateError) {
                let text = try CompiledText(string, .verbatim, scope, field: field)
                if text.constant != nil {
                    self = .constant(json)
                } else if let reference = text.single {
                    self = .value(reference)
                } else {
                    self = .text(text)
                }
            } catch {
                // A NUL may well stand in the input of a function.
                if error.code != .badValue { faults.append(error) }
                self = .constant(json)
            }
        case .array(let items):
            var compiled: [CompiledJSON] = []
            for (index, item) in items.enumerated() {
                compiled.append(CompiledJSON(item, scope, "\(field)[\(index)]", &faults))
            }
            self = compiled.allSatisfy(\.isConstant) ? .constant(json) : .array(compiled)
        case .object(let members):
            var compiled: [(key: String, value: CompiledJSON)] = []
            for member in members {
                compiled.append(
                    (member.key, CompiledJSON(member.value, scope, "\(field).\(member.key)", &faults)))
            }
            self = compiled.allSatisfy(\.value.isConstant) ? .constant(json) : .object(compiled)
        default: self = .constant(json)
        }
    }

    /// Tasks whose results it names.
    var results: [String] {
        switch self {
        case .text(let text): text.results
        case .value(.result(let name)): [name]
        case .constant, .value: []
        case .array(let items): items.flatMap(\.results)
        case .object(let members): members.flatMap(\.value.results)
        }
    }

    private var isConstant: Bool {
        if case .constant = self { true } else { false }
    }

    func json(_ values: RenderValues) throws(TemplateError) -> JSONValue {
        switch self {
        case .constant(let json): return json
        case .text(let text): return .string(try text.render(values))
        case .value(let reference): return values.json(reference)
        case .array(let items):
            return .array(try items.map { (item) throws(TemplateError) in try item.json(values) })
        case .object(let members):
            return .object(
                try members.map { (member) throws(TemplateError) in
                    JSONMember(member.key, try member.value.json(values))
                })
        }
    }
}
