import FarmTemplate
import Testing

/// `${{ tasks.mesh.result.cells }}`.
@Suite struct ResultExpressionTests {
    private static let results: [String: TaskResult] = [
        "mesh": TaskResult(
            task: "12.0",
            value: .object([
                JSONMember("cells", .number("1e3")), JSONMember("name", .string("it's")),
                JSONMember("points", .array([.object([JSONMember("x", .number("0.10"))])])),
                JSONMember("nul", .string("\0")),
            ]), directory: "/home/ada/runs/mesh"),
        "mesh.fine": TaskResult(task: "12.1", value: .number("7"), directory: "/home/ada"),
        "silent": TaskResult(task: "12.2", value: nil, directory: "/home/ada"),
        "large": TaskResult(task: "12.3", value: nil, isCut: true, directory: "/home/ada"),
    ]

    private func render(_ template: TaskTemplate) throws -> RenderedTask.Body {
        let compiled = try CompiledTemplate(
            template, name: "solve", surroundings: Surroundings(directory: "/home/ada"),
            results: .known(Self.results))
        return try compiled.render(task: TaskID(JobID(12), 4), index: 0).body
    }

    private func text(_ expression: String) throws -> String? {
        guard case .command(let words) = try render(TaskTemplate(.arguments(["${{ \(expression) }}"]))) else {
            return nil
        }
        return words.first
    }

    @Test(arguments: [
        ("tasks.mesh.result.cells", "1e3"), ("tasks.mesh.result.name", "it's"),
        ("tasks.mesh.result.points.0.x", "0.10"), ("tasks.mesh.result.points", #"[{"x":0.10}]"#),
        ("tasks.mesh.dir", "/home/ada/runs/mesh"), ("tasks.mesh.fine.result", "7"),
        ("tasks.silent.dir", "/home/ada"),
    ])
    func `a result, a field of it and the directory`(_ expression: String, _ value: String) throws {
        #expect(try text(expression) == value)
    }

    @Test func `values are quoted in shell lines and keep their type in the input of a function`() throws {
        let line = try render(TaskTemplate(.shell("echo ${{ tasks.mesh.result.name }}")))
        #expect(line == .shell(line: #"echo 'it'\''s'"#, shell: [], arguments: []))
        let call = try render(
            TaskTemplate(
                .function(
                    "f",
                    with: .object([
                        JSONMember("n", .string("${{ tasks.mesh.result.cells }}")),
                        JSONMember("of", .string("${{ tasks.mesh.result.points.0 }}")),
                    ]))))
        #expect(call == .function("f", input: [2] + Array(#"{"n":1e3,"of":{"x":0.10}}"#.utf8)))
    }

    @Test(arguments: [
        ("tasks.mesh.result.faces", "has no “faces”; it has: cells, name, points, nul"),
        ("tasks.mesh.result.points.1", "has no “1”; it is a list of 1"),
        ("tasks.mesh.result.cells.x", "has no “x”; it is no object"),
        ("tasks.silent.result", "“silent” (12.2) gave no result"),
        ("tasks.large.result", "the result of “large” (12.3) is too large"),
        ("tasks.mesh.result.nul", "holds a NUL"), ("tasks.mesh.value", "`tasks.mesh.result`"),
        ("tasks.mesh", "`tasks.mesh.dir`"), ("tasks.mesh.result.", "is not understood"),
        ("tasks.mash.result", "did you mean “mesh”?"),
    ])
    func `what is not there is said, with what is`(_ expression: String, _ words: String) throws {
        let error = #expect(throws: TemplateError.self) { try text(expression) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func `a check finds whose results are named, and those that may not be`() {
        var template = TaskTemplate(.shell("solve ${{ tasks.mesh.result.cells }} ${{ tasks.b.result }}"))
        template.environment = [.init("DIR", "${{ tasks.mesh.fine.dir }}")]
        template.namePattern = "x-${{ tasks.mesh.result }}"
        let (faults, results) = CompiledTemplate.check(
            template, name: "solve", tasks: ["mesh", "mesh.fine", "other"])
        #expect(results == ["mesh", "mesh.fine"])
        #expect(faults.map(\.field).sorted() == ["name", "run"])
        #expect(faults.first { $0.field == "run" }?.expression == 1)
    }
}
