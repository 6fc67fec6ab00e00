/// What a template runs, compiled.
enum CompiledBody: Sendable {
    /// Setup lines and the line itself.
    case shell([CompiledText], [String])
    case arguments([CompiledText], setup: [CompiledText], [String])
    case function(String, CompiledJSON?)
    case python(CompiledPython)
    case payload(setup: [CompiledText], [String])

    func render(
        _ values: RenderValues, _ names: [String], given: JSONValue?, payload: UnsafeRawBufferPointer,
        in directory: String
    ) throws(TemplateError) -> RenderedTask.Body {
        switch self {
        case .shell(let lines, let shell):
            if lines.count == 1 {
                return .shell(line: try lines[0].render(values), shell: shell, arguments: [])
            }
            return .shell(line: try Self.join(lines, values), shell: shell, arguments: [])
        case .arguments(let texts, let setup, let shell):
            var words: [String] = []
            words.reserveCapacity(texts.count)
            for text in texts { words.append(try text.render(values)) }
            return try Self.command(words, setup, shell, values)
        case .function(let name, let input):
            if let input {
                var bytes: [UInt8] = [2]
                try input.json(values).encode(into: &bytes)
                return .function(name, input: bytes)
            }
            if !payload.isEmpty { return .function(name, input: Array(payload)) }
            if names.isEmpty { return .function(name, input: [0]) }
            var bytes: [UInt8] = [2]
            JSONValue.object(zip(names, values.parameters).map { JSONMember($0, $1.value) }).encode(
                into: &bytes)
            return .function(name, input: bytes)
        case .python(let python): return .python(try python.render(values, names, in: directory))
        case .payload(let setup, let shell):
            switch given?["run"] {
            case .string(let line)?:
                let line = setup.isEmpty ? line : try Self.join(setup, values) + "\n" + line
                return .shell(line: line, shell: shell, arguments: [])
            case .array(let items)?:
                let words = items.compactMap(\.stringValue)
                if words.count == items.count, !words.isEmpty {
                    return try Self.command(words, setup, shell, values)
                }
            default: break
            }
            throw TemplateError(.badBody, "the task's payload has no command in “run”")
        }
    }

    /// A program behind setup lines is run by the shell that ran those.
    private static func command(
        _ words: [String], _ setup: [CompiledText], _ shell: [String], _ values: RenderValues
    ) throws(TemplateError) -> RenderedTask.Body {
        if setup.isEmpty { return .command(words) }
        return .shell(
            line: try join(setup, values) + "\nexec \"$@\"", shell: shell, arguments: ["task"] + words)
    }

    private static func join(_ lines: [CompiledText], _ values: RenderValues) throws(TemplateError) -> String
    {
        var whole = ""
        for (index, line) in lines.enumerated() {
            if index > 0 { whole += "\n" }
            whole += try line.render(values)
        }
        return whole
    }
}
