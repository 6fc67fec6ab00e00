/// A versioned JSON object of ours that is being read.
struct JSONObject {
    private let members: [JSONMember]
    private let what: String

    init(_ bytes: UnsafeRawBufferPointer, limit: Int, version: Int, what: String) throws(TemplateError) {
        guard bytes.count <= limit else {
            throw TemplateError(.badBody, "\(what) of \(bytes.count) bytes is over the limit of \(limit)")
        }
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(parsing: bytes) } catch {
            throw TemplateError(
                .badBody, "\(what) does not decode: \(error.description)", offset: error.offset)
        }
        guard case .object(let members) = json, case .number(let text)? = json["v"], let given = Int(text)
        else {
            throw TemplateError(.badBody, "\(what) does not decode: no object with “v”")
        }
        guard given <= version else {
            throw TemplateError(
                .badBody,
                "\(what) of version \(given) is newer than this program, which knows \(version): update it")
        }
        self.members = members
        self.what = what
    }

    subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

    func fault(_ key: String) -> TemplateError {
        TemplateError(
            .badBody, "\(what) does not decode: “\(key)” is missing or of the wrong type", field: key)
    }

    func string(_ key: String) throws(TemplateError) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.stringValue else { throw fault(key) }
        return text
    }

    func strings(_ key: String) throws(TemplateError) -> [String] {
        guard let value = self[key] else { return [] }
        guard case .array(let items) = value else { throw fault(key) }
        return try items.map { (item) throws(TemplateError) in
            guard let text = item.stringValue else { throw fault(key) }
            return text
        }
    }

    func members(_ key: String) throws(TemplateError) -> [JSONMember] {
        guard let value = self[key] else { return [] }
        guard case .object(let members) = value else { throw fault(key) }
        return members
    }
}
