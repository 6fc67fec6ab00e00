import FarmTemplate
import Testing

/// Python tasks' templates.
@Suite struct PythonTemplateTests {
    private func template(_ change: (inout PythonBody) -> Void) -> TaskTemplate {
        var body = PythonBody()
        change(&body)
        return TaskTemplate(.python(body))
    }

    private func render(_ code: String, _ values: JSONValue) throws -> RenderedPython? {
        guard case .object(let members) = values else { return nil }
        var template = template { ($0.code, $0.push) = (code, [JSONMember("again", .string("${{ v }}"))]) }
        template.payloadParameters = members.map(\.key)
        let compiled = try CompiledTemplate(
            template, name: "t", surroundings: Surroundings(directory: "/home/ada"))
        let payload = [2] + values.encoded()
        let task = try payload.withUnsafeBytes {
            try compiled.render(task: TaskID(JobID(1), 0), index: 0, payload: $0)
        }
        guard case .python(let python) = task.body else { return nil }
        return python
    }

    @Test(arguments: [
        (JSONValue.number("2.50"), "2.50"), (.string("it's"), "'it\\'s'"),
        (.string("a\\b\n\u{1}é"), "'a\\\\b\\n\\x01é'"),
        (.bool(true), "True"), (.null, "None"),
        (.array([.number("1"), .object([JSONMember("k", .bool(false))])]), "[1, {'k': False}]"),
    ]) func `a value becomes a literal, and a variable that keeps its type`(
        _ value: JSONValue, _ literal: String
    ) throws {
        let task = try render("x = ${{ v }} # ${{ v }}", .object([JSONMember("v", value)]))
        #expect(task?.code == "x = \(literal) # \(literal)")
        #expect(task?.values == [JSONMember("v", value), JSONMember("again", value)])
    }

    @Test func `what is raw is put in as it is, and names with a dash are variables with an underscore`()
        throws
    {
        let values = JSONValue.object([JSONMember("v", .string("f(1)")), JSONMember("max-n", .number("3"))])
        let task = try render("x = ${{ v | raw }} + ${{ max-n }}", values)
        #expect(task?.code == "x = f(1) + 3" && task?.values.map(\.key) == ["v", "max_n", "again"])
    }

    @Test(arguments: [
        "'${{ v }}'", "\"a ${{ v }}\"", "f'''\n'${{ v }}", "r\"\\\" ${{ v }}\"", "x = '#' + '${{ v }}'",
        "'\\'${{ v }}'",
    ]) func `a value inside a Python string is refused`(_ code: String) {
        #expect(throws: TemplateError.self) { try render(code, .object([JSONMember("v", .string("x"))])) }
    }

    @Test(arguments: [
        "'' + ${{ v }}", "'''a''' + ${{ v }}", "# it's\n${{ v }}", "\"'\" + ${{ v }}", "'\\\\' + ${{ v }}",
    ])
    func `a value behind a Python string is not`(_ code: String) throws {
        #expect(try render(code, .object([JSONMember("v", .number("1"))]))?.code?.contains("1") == true)
    }

    @Test func `a template comes back from the wire as it was`() throws {
        let whole = template {
            $0.code = "x = 1"
            $0.push = [JSONMember("a", .array([.number("1")]))]
            $0.pull = .names(["x", "a"])
            ($0.clearsBefore, $0.clearsAfter) = (true, true)
        }
        for template in [
            whole, template { ($0.file, $0.pull) = ("a.py", .one("x")) }, template { $0.expression = "1" },
        ] {
            #expect(try TaskTemplate(decoding: template.encoded()) == template)
        }
        for text in [
            #"{"v":1,"python":{}}"#, #"{"v":1,"python":{"code":1}}"#, #"{"v":1,"python":"x"}"#,
            #"{"v":1,"python":{"code":"x","file":"y"}}"#, #"{"v":1,"python":{"expression":"x","pull":"y"}}"#,
            #"{"v":1,"python":{"pull":["1x"]}}"#, #"{"v":1,"python":{"code":"x"},"run":"y"}"#,
            #"{"v":1,"python":{"code":"x","push":[1]}}"#,
        ] {
            #expect(throws: TemplateError.self, "\(text)") { try TaskTemplate(decoding: Array(text.utf8)) }
        }
    }
}
