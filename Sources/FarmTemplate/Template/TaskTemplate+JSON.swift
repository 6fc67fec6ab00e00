extension TaskTemplate {
    /// Bytes that a body on the wire may have, but for the payload that its tasks share.
    public static let bodyLimitBytes = 64 << 20
    /// Written into every body; a reader refuses bodies of a later version and ignores keys that it does not
    /// know.
    public static let version = 1

    /// The wire's form: a JSON object, keys as in docs/protocol.md; behind it, if there is one, a zero byte
    /// and the shared payload. Cost: proportional to the template, with the values its sweep spells out.
    public func encoded() -> [UInt8] {
        var members = [JSONMember("v", .number(String(Self.version)))]
        func add(_ key: String, _ value: JSONValue?) {
            if let value { members.append(JSONMember(key, value)) }
        }
        func strings(_ list: [String]) -> JSONValue? { list.isEmpty ? nil : .array(list.map { .string($0) }) }
        func output(_ output: Output?) -> JSONValue? {
            guard let output else { return nil }
            let append = output.isAppended ? [JSONMember("append", .bool(true))] : []
            return .object([JSONMember("file", .string(output.file))] + append)
        }
        switch body {
        case .shell(let line): add("run", .string(line))
        case .arguments(let words): add("run", .array(words.map { .string($0) }))
        case .function(let name, let input):
            add("call", .string(name))
            add("with", input)
        case .python(let body): add("python", body.json)
        case .payload: add("run-from", .string("payload"))
        }
        if !environment.isEmpty {
            add("env", .object(environment.map { JSONMember($0.name, .string($0.value)) }))
        }
        add("dir", directory.map { .string($0) })
        add("check", check.map { .string($0) })
        add("setup", strings(setup))
        add("shell", strings(shell))
        switch stdin {
        case .file(let path): add("stdin", .object([JSONMember("file", .string(path))]))
        case .text(let text): add("stdin", .object([JSONMember("text", .string(text))]))
        case nil: break
        }
        add("stdout", output(stdout))
        add("stderr", output(stderr))
        add("output-limit", outputLimitBytes.map { .number(String($0)) })
        switch result {
        case .resultFile: break
        case .file(let path): add("result", .object([JSONMember("file", .string(path))]))
        case .regex(let pattern): add("result", .object([JSONMember("regex", .string(pattern))]))
        }
        add("inputs", inputs.map { .array($0.map { .string($0) }) })
        add("outputs", strings(outputs))
        if let skipUnchanged {
            var rules = [JSONMember("env", .array(skipUnchanged.variables.map { .string($0) }))]
            if skipUnchanged.isForced { rules.append(JSONMember("force", .bool(true))) }
            add("skip-unchanged", .object(rules))
        }
        add("mpi", mpi?.json)
        add("sweep", sweep?.json)
        add("params", strings(payloadParameters))
        add("task-name", namePattern.map { .string($0) })
        if hasPlaceholders { add("placeholders", .bool(true)) }
        let text = JSONValue.object(members).encoded()
        return shared.isEmpty ? text : text + [0] + shared
    }

    /// The JSON of a body on the wire. JSON holds no zero byte.
    public static func text(of body: [UInt8]) -> ArraySlice<UInt8> {
        body[..<(body.withUnsafeBytes { $0.firstIndex(of: 0) } ?? body.count)]
    }

    /// Reads what `encoded()` gives.
    ///
    /// - Throws: `badBody` for anything else, also for a later version or over `bodyLimitBytes`; never traps.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(TemplateError) {
        let end = bytes.prefix(Self.bodyLimitBytes + 1).firstIndex(of: 0) ?? bytes.count
        guard end <= Self.bodyLimitBytes else {
            throw TemplateError(
                .badBody, "a template of \(end) bytes is over the limit of \(Self.bodyLimitBytes)")
        }
        let json = try JSONObject(
            UnsafeRawBufferPointer(rebasing: bytes[..<end]), limit: Self.bodyLimitBytes,
            version: Self.version, what: "a template")
        self.init(try Self.body(json))
        shared = [UInt8](bytes[min(end + 1, bytes.count)...])
        guard end == bytes.count || !shared.isEmpty else {
            throw TemplateError(.badBody, "a template ends with a zero byte and nothing behind it")
        }
        environment = try json.members("env").map { (member) throws(TemplateError) in
            guard let value = member.value.stringValue else { throw json.fault("env") }
            return Variable(member.key, value)
        }
        directory = try json.string("dir")
        check = try json.string("check")
        setup = try json.strings("setup")
        shell = try json.strings("shell")
        if let input = json["stdin"] {
            if let path = input["file"]?.stringValue {
                stdin = .file(path)
            } else if let text = input["text"]?.stringValue {
                stdin = .text(text)
            } else {
                throw json.fault("stdin")
            }
        }
        stdout = try Self.output(json, "stdout")
        stderr = try Self.output(json, "stderr")
        if let limit = json["output-limit"] {
            guard case .number(let text) = limit, let bytes = Int(text), bytes >= 0 else {
                throw json.fault("output-limit")
            }
            outputLimitBytes = bytes
        }
        if let source = json["result"] {
            if let path = source["file"]?.stringValue {
                result = .file(path)
            } else if let pattern = source["regex"]?.stringValue {
                result = .regex(pattern)
            } else {
                throw json.fault("result")
            }
        }
        if json["inputs"] != nil { inputs = try json.strings("inputs") }
        outputs = try json.strings("outputs")
        if let rules = json["skip-unchanged"] {
            guard case .array(let names)? = rules["env"] else { throw json.fault("skip-unchanged") }
            let variables = try names.map { (name) throws(TemplateError) in
                guard let text = name.stringValue else { throw json.fault("skip-unchanged") }
                return text
            }
            skipUnchanged = SkipUnchanged(variables: variables, isForced: rules["force"] == .bool(true))
            guard shared.isEmpty else {
                throw TemplateError(.badBody, "a template with a shared payload skips nothing")
            }
        }
        if let launch = json["mpi"] { mpi = try RankedLaunch(launch, of: json) }
        if let axes = json["sweep"] { sweep = try Sweep(json: axes) }
        payloadParameters = try json.strings("params")
        namePattern = try json.string("task-name")
        hasPlaceholders = json["placeholders"] == .bool(true)
    }

    /// Reads what `encoded()` gives.
    public init(decoding bytes: [UInt8]) throws(TemplateError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(TemplateError) in
            try TaskTemplate(decoding: UnsafeRawBufferPointer(buffer))
        }
    }

    private static func body(_ json: JSONObject) throws(TemplateError) -> Body {
        if let python = json["python"] {
            guard json["run"] == nil, json["call"] == nil, json["run-from"] == nil else {
                throw json.fault("run, call, python, run-from")
            }
            return .python(try PythonBody(python))
        }
        switch (json["run"], json["call"], json["run-from"]) {
        case (.string(let line)?, nil, nil): return .shell(line)
        case (.array?, nil, nil):
            let words = try json.strings("run")
            if words.isEmpty { throw json.fault("run") }
            return .arguments(words)
        case (nil, .string(let name)?, nil): return .function(name, with: json["with"])
        case (nil, nil, .string("payload")?): return .payload
        default: throw json.fault("run, call, python, run-from")
        }
    }

    private static func output(_ json: JSONObject, _ key: String) throws(TemplateError) -> Output? {
        guard let value = json[key] else { return nil }
        guard let file = value["file"]?.stringValue else { throw json.fault(key) }
        return Output(file: file, isAppended: value["append"] == .bool(true))
    }
}
