/// What an engine's Python kernel does for one task: every text final, the path absolute.
public struct RenderedPython: Equatable, Sendable {
    /// Code to run; nil if there is none, or it is in a file.
    public var code: String?
    /// The file to run; nil if there is none.
    public var path: String?
    /// Variables to be set first: the parameters, then what is pushed; later ones win.
    public var values: [JSONMember]
    /// Which values make the task's.
    public var pull: PythonBody.Pull?
    /// Its value is the task's.
    public var expression: String?
    /// The namespace is emptied before.
    public var clearsBefore: Bool
    /// The namespace is emptied after.
    public var clearsAfter: Bool
}

/// A Python body, compiled.
struct CompiledPython: Sendable {
    let body: PythonBody
    let code: CompiledText?
    let file: CompiledText?
    let expression: CompiledText?
    let push: [(key: String, value: CompiledJSON)]

    /// - Parameter directory: that of the submission, where files are looked for.
    func render(
        _ values: RenderValues, _ names: [String], in directory: String
    ) throws(TemplateError) -> RenderedPython {
        var variables: [JSONMember] = []
        variables.reserveCapacity(names.count + push.count)
        for (name, value) in zip(names, values.parameters) {
            // A parameter's name may have a `-`, a variable's not.
            variables.append(JSONMember(name.replacing("-", with: "_"), value.value))
        }
        for (name, value) in push { variables.append(JSONMember(name, try value.json(values))) }
        return RenderedPython(
            code: try code?.render(values),
            path: try file.map { (text) throws(TemplateError) in
                PathText.join(directory, try text.render(values))
            },
            values: variables, pull: body.pull, expression: try expression?.render(values),
            clearsBefore: body.clearsBefore, clearsAfter: body.clearsAfter)
    }
}
