/// The values of one task, for the expressions of its template.
struct RenderValues {
    var task: TaskID
    var index: UInt32
    /// In the order of the template's parameters.
    var parameters: [ParameterValue]
    var name: String

    func text(_ reference: Reference) -> String {
        switch reference {
        case .parameter(let position): parameters[position].text
        case .name: name
        case .index: String(index)
        case .taskID: task.description
        case .job: task.job.description
        case .text(let text): text
        case .json(let json): json.text
        case .result: ""
        }
    }

    /// The JSON that a lone expression stands for in the input of a function.
    func json(_ reference: Reference) -> JSONValue {
        switch reference {
        case .parameter(let position): parameters[position].value
        case .index: .number(String(index))
        case .job: .number(task.job.description)
        case .json(let json): json
        case .name, .taskID, .text, .result: .string(text(reference))
        }
    }
}
