import FarmTemplate
import Testing

/// What a task is made of, for telling whether it has changed.
@Suite struct TaskContentTests {
    private static let inherited: [TaskTemplate.Variable] = [.init("PATH", "/bin"), .init("THREADS", "4")]

    private func template(_ change: (inout TaskTemplate) -> Void = { _ in }) throws -> TaskTemplate {
        var template = TaskTemplate(.shell("./solve ${{ n }}"))
        template.inputs = ["mesh.txt"]
        template.skipUnchanged = .init()
        template.sweep = try Sweep(
            .values(name: "n", ["64", "128", "64"].map { ParameterValue(.number($0)) }))
        change(&template)
        return template
    }

    private func content(
        _ template: TaskTemplate, index: UInt32 = 0, job: UInt32 = 1, name: String = "solve",
        in surroundings: Surroundings = Surroundings(directory: "/home", environment: inherited),
        version: String = ""
    ) throws -> [String] {
        try CompiledTemplate(template, name: name, surroundings: surroundings)
            .render(task: TaskID(JobID(job), index), index: index).content(version: version)
    }

    @Test func `neither number nor job tells two tasks apart, nor what is inherited`() throws {
        let usual = try content(template())
        #expect(try content(template(), index: 2, job: 9) == usual)
        let elsewhere = Surroundings(directory: "/home", environment: [.init("PATH", "/usr/bin")])
        #expect(try content(template(), in: elsewhere) == usual)
        #expect(try content(template { $0.check = "true" }) == usual)
        #expect(try content(template { $0.outputLimitBytes = 7 }) == usual)
        #expect(try content(template { $0.skipUnchanged?.isForced = true }) == usual)
    }

    @Test func `all that a task depends on tells`() throws {
        let changes: [(inout TaskTemplate) -> Void] = [
            { $0.body = .shell("./solve -v ${{ n }}") }, { $0.body = .arguments(["./solve", "${{ n }}"]) },
            { $0.body = .function("solve", with: nil) }, { $0.environment = [.init("A", "1")] },
            { $0.environment = [.init("A", "${{ n }}")] }, { $0.skipUnchanged?.variables = ["THREADS"] },
            { $0.setup = ["module load x"] }, { $0.shell = ["zsh"] }, { $0.directory = "runs" },
            { $0.stdin = .text("x") }, { $0.stdin = .file("x") }, { $0.stdout = .init(file: "x") },
            { $0.stderr = .init(file: "x") }, { $0.stdout = .init(file: "x", isAppended: true) },
            { $0.result = .file("x") }, { $0.result = .regex("x") }, { $0.inputs = [] },
            { $0.outputs = ["x"] }, { $0.inputs = ["mesh.txt", "x"] },
        ]
        var seen: Set = [try content(template()), try content(template(), index: 1)]
        for change in changes { seen.insert(try content(template(change))) }
        seen.insert(try content(template(), in: Surroundings(directory: "/", environment: Self.inherited)))
        seen.insert(try content(template { $0.body = .function("solve", with: nil) }, version: "2"))
        seen.insert(
            try content(
                template { $0.skipUnchanged?.variables = ["THREADS"] },
                in: Surroundings(directory: "/home", environment: [.init("THREADS", "8")])))
        // It finds its name in TASKS_NAME.
        seen.insert(try content(template(), name: "other"))
        #expect(seen.count == changes.count + 6)
    }

    @Test func `wildcards are those of the file's author, not of the directory's name`() throws {
        let task = try CompiledTemplate(
            template { $0.outputs = ["*.txt", "/a[1]"] }, name: "solve",
            surroundings: Surroundings(directory: "/runs[1]")
        ).render(task: TaskID(JobID(1), 0), index: 0)
        #expect(task.inputs == [#"/runs\[1]/mesh.txt"#])
        #expect(task.outputs == [#"/runs\[1]/*.txt"#, "/a[1]"])
    }

    @Test func `files are absolute, and outputs are those that go in the place of others`() throws {
        let template = try template {
            $0.directory = "runs/${{ n }}"
            $0.inputs = ["../../mesh.txt", "/etc/hosts", "data/*.csv"]
            $0.outputs = ["out-${{ n }}.txt"]
            $0.stdin = .file("in")
            $0.stdout = .init(file: "log")
            $0.stderr = .init(file: "all", isAppended: true)
            $0.result = .file("r.json")
        }
        let task = try CompiledTemplate(
            template, name: "solve", surroundings: Surroundings(directory: "/home")
        ).render(task: TaskID(JobID(1), 0), index: 0)
        let here = "/home/runs/64"
        #expect(task.outputs == ["\(here)/out-64.txt"])
        #expect(task.readFiles.last == "\(here)/in" && task.readFiles[1] == "/etc/hosts")
        #expect(task.leftFiles == ["\(here)/out-64.txt", "\(here)/log", "\(here)/r.json"])
    }

    @Test func `what is declared survives the wire, and inputs have to be`() throws {
        let template = try template {
            $0.outputs = ["a", "b"]
            $0.skipUnchanged = .init(variables: ["A"], isForced: true)
        }
        #expect(try TaskTemplate(decoding: template.encoded()) == template)
        var nothing = template
        nothing.inputs = nil
        #expect(try TaskTemplate(decoding: nothing.encoded()).inputs == nil)
        let faults = CompiledTemplate.check(nothing, name: "x").faults
        #expect(faults.count == 1 && faults.first?.field == "skip-unchanged")
        for bad in [
            #"{"v":1,"run":"a","inputs":1}"#, #"{"v":1,"run":"a","outputs":[1]}"#,
            #"{"v":1,"run":"a","skip-unchanged":true}"#, #"{"v":1,"run":"a","skip-unchanged":{"env":[1]}}"#,
            #"{"v":1,"call":"a","inputs":[],"skip-unchanged":{"env":[]}}"# + "\0x",
        ] {
            #expect(throws: TemplateError.self, "\(bad)") { try TaskTemplate(decoding: Array(bad.utf8)) }
        }
    }
}
