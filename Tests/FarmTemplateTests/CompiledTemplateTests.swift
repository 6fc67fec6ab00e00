import FarmTemplate
import Testing

private let here = Surroundings(
    directory: "/home/ada", environment: [.init("PATH", "/bin"), .init("TASKS_X", "no"), .init("A", "old")])

private func render(
    _ template: TaskTemplate, name: String = "solve", index: UInt32 = 0, payload: String? = nil
) throws -> RenderedTask {
    let compiled = try CompiledTemplate(template, name: name, surroundings: here)
    let bytes: [UInt8] = payload.map { [2] + Array($0.utf8) } ?? []
    return try bytes.withUnsafeBytes {
        try compiled.render(task: TaskID(JobID(12), 345), index: index, payload: $0)
    }
}

private func grid() throws -> Sweep {
    try Sweep(
        .grid([
            .values(name: "n", [ParameterValue(.number("64")), ParameterValue(.number("128"))]),
            .values(name: "alpha", [ParameterValue(.number("0.10"))]),
        ]))
}

@Suite struct CompiledTemplateTests {
    @Test func `a plain command is rendered with its surroundings`() throws {
        var template = TaskTemplate(.arguments(["/bin/true", "$HOME", "${x}", "{}"]))
        template.environment = [.init("A", "new"), .init("B", "1")]
        let task = try render(template)
        #expect(task.body == .command(["/bin/true", "$HOME", "${x}", "{}"]))
        #expect(task.name == "solve")
        #expect(task.environment == ["PATH=/bin", "A=new", "B=1"])
        #expect(task.variables == ["TASKS_TASK_ID=12.345", "TASKS_JOB=12", "TASKS_NAME=solve"])
        #expect(task.directory == "/home/ada")
        #expect(!task.makesDirectory)
    }

    @Test func `expressions are put in everywhere`() throws {
        var template = TaskTemplate(
            .arguments(["solve", "--n=${{ n }}", "${{name}}", "${{ index }}/${{ job }}"]))
        template.sweep = try grid()
        template.environment = [.init("A", "v${{ alpha }}")]
        template.directory = "runs/${{ name }}"
        template.stdin = .file("in.${{ n }}")
        template.stdout = .init(file: "/tmp/${{ task_id }}", isAppended: true)
        template.result = .file("${{ n }}.json")
        let task = try render(template, index: 1)
        #expect(task.name == "solve/n=128,alpha=0.10")
        #expect(task.body == .command(["solve", "--n=128", "solve/n=128,alpha=0.10", "1/12"]))
        #expect(task.environment == ["PATH=/bin"])
        #expect(
            task.variables == [
                "TASKS_TASK_ID=12.345", "TASKS_JOB=12", "TASKS_NAME=solve/n=128,alpha=0.10",
                "TASKS_PARAM_n=128",
                "TASKS_PARAM_alpha=0.10", "A=v0.10",
            ])
        #expect(task.directory == "/home/ada/runs/solve/n=128,alpha=0.10")
        #expect(task.makesDirectory)
        #expect(task.stdin == .file("/home/ada/runs/solve/n=128,alpha=0.10/in.128"))
        #expect(task.stdout == .init(file: "/tmp/12.345", isAppended: true))
        #expect(task.result == .file("/home/ada/runs/solve/n=128,alpha=0.10/128.json"))
    }

    @Test func `a lone expression keeps its type in the input of a function`() throws {
        var template = TaskTemplate(
            .function(
                "simulate",
                with: .object([
                    JSONMember("n", .string("${{ n }}")), JSONMember("text", .string("n is ${{ n }}")),
                    JSONMember("list", .array([.string("${{ alpha }}"), .null])),
                    JSONMember("c", .number("1.50")),
                ])))
        template.sweep = try grid()
        guard case .function(let name, let input) = try render(template).body else {
            Issue.record("no function")
            return
        }
        #expect(name == "simulate")
        #expect(input.first == 2)
        #expect(
            String(decoding: input.dropFirst(), as: UTF8.self)
                == #"{"n":64,"text":"n is 64","list":[0.10,null],"c":1.50}"#)
    }

    @Test func `without an input of its own a function gets parameters, payload or nothing`() throws {
        var template = TaskTemplate(.function("f", with: nil))
        #expect(try render(template).body == .function("f", input: [0]))
        #expect(try render(template, payload: "[1]").body == .function("f", input: [2] + Array("[1]".utf8)))
        template.sweep = try grid()
        #expect(
            try render(template).body == .function("f", input: [2] + Array(#"{"n":64,"alpha":0.10}"#.utf8)))
    }

    @Test func `placeholders take the line, and other braces stay`() throws {
        var template = TaskTemplate(.arguments(["awk", "{print}", "{}", "x{line}y", "{", "${{ line }}"]))
        template.payloadParameters = ["line"]
        template.hasPlaceholders = true
        let task = try render(template, index: 7, payload: #"{"line":"a b"}"#)
        #expect(task.body == .command(["awk", "{print}", "a b", "xa by", "{", "a b"]))
        #expect(task.name == "solve/7")
        #expect(task.variables.last == "TASKS_PARAM_line=a b")
    }

    @Test func `a payload can bring the command itself`() throws {
        let template = TaskTemplate(.payload)
        #expect(
            try render(template, payload: #"{"run":"echo ${{ x }}"}"#).body
                == .shell(line: "echo ${{ x }}", shell: [], arguments: []))
        #expect(try render(template, payload: #"{"run":["a","b c"]}"#).body == .command(["a", "b c"]))
        for bad in ["{}", #"{"run":1}"#, #"{"run":[]}"#, #"{"run":[1]}"#, "[]", "{"] {
            #expect(throws: TemplateError.self) { try render(template, payload: bad) }
        }
        #expect(throws: TemplateError.self) { try render(template) }
    }

    @Test func `setup lines run in the same shell`() throws {
        var template = TaskTemplate(.shell("./solve"))
        template.setup = ["module load x", "export N=${{ index }}"]
        #expect(
            try render(template).body
                == .shell(line: "module load x\nexport N=0\n./solve", shell: [], arguments: []))
        template.body = .arguments(["./solve", "a b"])
        template.shell = ["bash", "-eu"]
        #expect(
            try render(template).body
                == .shell(
                    line: "module load x\nexport N=0\nexec \"$@\"", shell: ["bash", "-eu", "-c"],
                    arguments: ["task", "./solve", "a b"]))
    }

    @Test(arguments: [
        ("${{ m }}", TemplateError.Code.unknownName, 0, "known: n, alpha"),
        ("a ${{ alhpa }}", .unknownName, 2, "“alpha”"),
        ("${{ }}", .badExpression, 0, "empty"), ("x${{ n", .badExpression, 1, "closed"),
        ("${{ n | upper }}", .badExpression, 0, "raw"), ("${{ n + 1 }}", .badExpression, 0, "understood"),
        ("${{ 'a }}", .badExpression, 0, "closed"),
    ])
    func `a faulty expression is told with its place`(
        _ text: String, _ code: TemplateError.Code, _ offset: Int, _ hint: String
    ) throws {
        var template = TaskTemplate(.arguments(["a", text]))
        template.sweep = try grid()
        let faults = CompiledTemplate.check(template, name: "t").faults
        #expect(faults.count == 1)
        #expect(faults.first?.code == code)
        #expect(faults.first?.field == "run[1]")
        #expect(faults.first?.offset == offset)
        #expect(faults.first?.message.contains(hint) == true, "\(String(describing: faults.first?.message))")
    }

    @Test func `a text in quotes stands for itself`() throws {
        let template = TaskTemplate(.arguments(["${{ '${{ n }}' }}", #"${{ "it's | }}" }}"#]))
        #expect(try render(template).body == .command(["${{ n }}", "it's | }}"]))
    }

    @Test func `names of tasks tell any two points apart and are one path component a group`() throws {
        let long = String(repeating: "x", count: 300)
        let values = ["/etc/x", "a,b", "..", "a b", "100%", long + "1", long + "2", "ä", "a~b", "\u{1}", ""]
        var template = TaskTemplate(.arguments(["true"]))
        template.sweep = try Sweep(.values(name: "f", values.map { ParameterValue(.string($0)) }))
        let names = try values.indices.map { try render(template, name: "t", index: UInt32($0)).name }
        #expect(names.prefix(5) == ["t/f=%2Fetc%2Fx", "t/f=a%2Cb", "t/f=%2E%2E", "t/f=a%20b", "t/f=100%25"])
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.utf8.count < 140 && $0.split(separator: "/").count <= 2 })
        template.namePattern = "p-${{ index }}"
        #expect(try render(template, index: 3).name == "p-3")
    }

    @Test func `NUL and what does not fit is refused, not run`() throws {
        var template = TaskTemplate(.arguments(["a", "${{ x }}"]))
        template.payloadParameters = ["x"]
        #expect(throws: TemplateError.self) { try render(template, payload: #"{"x":"\u0000"}"#) }
        #expect(throws: TemplateError.self) { try render(template, payload: #"{"y":1}"#) }
        template.payloadParameters = []
        template.sweep = try Sweep(.values(name: "x", [ParameterValue(.number("1"))]))
        #expect(throws: TemplateError.self) { try render(template, index: 1) }
        template.environment = [.init("TASKS_NAME", "x"), .init("A=B", "x")]
        #expect(
            CompiledTemplate.check(template, name: "").faults.map(\.field) == ["env.TASKS_NAME", "env.A=B"])
    }

    @Test func `a plain command is rendered in microseconds`() throws {
        let compiled = try CompiledTemplate(
            TaskTemplate(.arguments(["/bin/true"])), name: "t", surroundings: here)
        let clock = ContinuousClock()
        let took = try clock.measure {
            for i in 0..<20_000 {
                _ = try compiled.render(task: TaskID(JobID(1), UInt32(i)), index: UInt32(i))
            }
        }
        #if DEBUG
        let budget = Duration.microseconds(200)
        #else
        let budget = Duration.microseconds(2)
        #endif
        #expect(took < budget * 20_000, "\(took / 20_000) a task")
    }
}
