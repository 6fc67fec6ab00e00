/// The payload of a command's task: codec 2, then a JSON object.
enum PayloadObject {
    static func read(_ payload: UnsafeRawBufferPointer) throws(TemplateError) -> JSONValue {
        guard payload.first == 2 else {
            throw TemplateError(.badBody, "the task's payload is not the JSON object that its template needs")
        }
        do throws(JSONError) {
            let json = try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: payload.dropFirst()))
            if case .object = json { return json }
        } catch {
            throw TemplateError(.badBody, "the task's payload does not decode: \(error.description)")
        }
        throw TemplateError(.badBody, "the task's payload is not a JSON object")
    }
}
