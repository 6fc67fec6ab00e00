/// One value of a parameter: what stands in commands, and what functions get.
public struct ParameterValue: Hashable, Sendable {
    /// As it was written (`0.10`, `0x1F`); put into commands, names and `TASKS_PARAM_…`.
    public var text: String
    /// The JSON it stands for; put into the input of functions.
    public var value: JSONValue

    /// A value whose text is written otherwise than its JSON.
    public init(text: String, value: JSONValue) {
        self.text = text
        self.value = value
    }

    /// A value written as its JSON is.
    public init(_ value: JSONValue) {
        self.text = value.text
        self.value = value
    }

    /// On the wire: a JSON scalar; `{"text":…,"value":…}` if it was written otherwise, and for arrays and
    /// objects.
    var json: JSONValue {
        switch value {
        case .array, .object: break
        default: if value.text == text { return value }
        }
        return .object([JSONMember("text", .string(text)), JSONMember("value", value)])
    }

    init(json: JSONValue) throws(TemplateError) {
        switch json {
        case .array:
            throw TemplateError(.badBody, "a parameter's value cannot be a bare array", field: "sweep")
        case .object:
            guard let text = json["text"]?.stringValue, let value = json["value"] else {
                throw TemplateError(.badBody, "a parameter's value needs “text” and “value”", field: "sweep")
            }
            self.init(text: text, value: value)
        default: self.init(json)
        }
        if self.text.utf8.contains(0) {
            throw TemplateError(.badValue, "a value holds a NUL", field: "sweep")
        }
    }
}
