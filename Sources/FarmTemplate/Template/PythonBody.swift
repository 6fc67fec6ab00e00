/// What a Python task does, in its engine's Python kernel; `${{ }}` not yet expanded.
///
/// First the parameters and what is pushed become variables; then the code or the file is run; then the
/// task's value is made. The variables stay where they are, unless the namespace is cleared.
public struct PythonBody: Equatable, Sendable {
    /// The names whose values make the task's value.
    public enum Pull: Equatable, Sendable {
        /// An object of them.
        case names([String])
        /// The value of this one.
        case one(String)
    }

    /// Python code; `${{ n }}` in it becomes a literal.
    public var code: String?
    /// A file of code, from the submit directory, read on the engine when the task runs. Not together with
    /// `code`.
    public var file: String?
    /// Variables to be set; a lone `${{ n }}` keeps its type.
    public var push: [JSONMember] = []
    /// Nil: the value is that of `expression`, or nothing.
    public var pull: Pull?
    /// Its value is the task's. Not together with `pull`.
    public var expression: String?
    /// The namespace is emptied before.
    public var clearsBefore = false
    /// The namespace is emptied when the value has been made, also when the task fails.
    public var clearsAfter = false

    /// Does nothing yet.
    public init() {}

    /// What is wrong with it as a whole; nil if nothing is.
    public var problem: (key: String, message: String)? {
        if code != nil, file != nil { return ("file", "there is `code` or `file`, not both") }
        if expression != nil, pull != nil {
            return ("pull", "the value is that of `expression` or what `pull` names, not both")
        }
        if code == nil, file == nil, expression == nil, pull == nil {
            return ("", "there is nothing to do: give it `code`, a `file` or an `expression`")
        }
        for name in pulled { if let problem = PythonName.problem(name) { return ("pull", problem) } }
        for member in push { if let problem = PythonName.problem(member.key) { return ("push", problem) } }
        return nil
    }

    private var pulled: [String] {
        switch pull {
        case .names(let names): names
        case .one(let name): [name]
        case nil: []
        }
    }

    var json: JSONValue {
        var members: [JSONMember] = []
        func add(_ key: String, _ value: JSONValue?) {
            if let value { members.append(JSONMember(key, value)) }
        }
        add("code", code.map { .string($0) })
        add("file", file.map { .string($0) })
        if !push.isEmpty { add("push", .object(push)) }
        switch pull {
        case .names(let names): add("pull", .array(names.map { .string($0) }))
        case .one(let name): add("pull", .string(name))
        case nil: break
        }
        add("expression", expression.map { .string($0) })
        if clearsBefore { add("clear-before", .bool(true)) }
        if clearsAfter { add("clear-after", .bool(true)) }
        return .object(members)
    }

    /// - Throws: `badBody` for what does not decode or makes no sense.
    init(_ json: JSONValue) throws(TemplateError) {
        func fault(_ key: String) -> TemplateError {
            TemplateError(
                .badBody, "a template does not decode: “python.\(key)” is of the wrong type", field: "python")
        }
        func string(_ key: String) throws(TemplateError) -> String? {
            guard let value = json[key] else { return nil }
            guard let text = value.stringValue else { throw fault(key) }
            return text
        }
        guard case .object = json else { throw fault("") }
        code = try string("code")
        file = try string("file")
        expression = try string("expression")
        switch json["push"] {
        case .object(let members)?: push = members
        case nil: break
        default: throw fault("push")
        }
        switch json["pull"] {
        case .string(let name)?: pull = .one(name)
        case .array(let items)?:
            let names = items.compactMap(\.stringValue)
            guard names.count == items.count else { throw fault("pull") }
            pull = .names(names)
        case nil: break
        default: throw fault("pull")
        }
        clearsBefore = json["clear-before"] == .bool(true)
        clearsAfter = json["clear-after"] == .bool(true)
        if let problem { throw TemplateError(.badBody, problem.message, field: "python") }
    }
}
