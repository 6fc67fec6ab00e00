import Testing

@testable import FarmLaunch

struct ScriptTemplateTests {
    private func text(_ template: String, _ values: [String: String?] = [:]) throws -> String {
        var script = ScriptTemplate(template, source: "job.sh")
        script.values = ["engine": "tasks engine host", "nodes": "8", "slots": nil].merging(values) { $1 }
        return try script.text()
    }

    @Test func `names are put in, and lines whose value nobody has said are left out`() throws {
        let template = "#!/bin/sh\n#X -N {nodes}\n#X -c {slots}\nexec {engine} {nodes}"
        #expect(try text(template) == "#!/bin/sh\n#X -N 8\nexec tasks engine host 8")
        #expect(try text(template, ["slots": "4"]).contains("#X -c 4\n"))
    }

    @Test(arguments: [
        "echo ${nodes} ${A:-${B}}; {engine}", "awk '{ print $1 }'; {engine}",
        "echo {a,b} {} }{ {1}; {engine}",
        "f() { {engine}; }",
    ])
    func `braces that are the shell's are left alone`(_ template: String) throws {
        let expected = template.replacing("{engine}", with: "tasks engine host")
        #expect(try text(template) == expected)
    }

    @Test func `a doubled brace stands for the text itself`() throws {
        #expect(try text("awk '{{print}}' {engine}") == "awk '{print}' tasks engine host")
    }

    @Test func `an unknown name is said with its place and what was probably meant`() {
        let error = #expect(throws: LaunchError.self) { try text("#!/bin/sh\nsrun -N {node} {engine}") }
        #expect(error?.code == .badTemplate)
        #expect(error?.message.hasPrefix("job.sh:2:9: there is no {node}; did you mean {nodes}?") == true)
    }

    @Test func `a template that starts no engine is refused`() {
        let error = #expect(throws: LaunchError.self) { try text("echo {nodes}") }
        #expect(error?.message.hasPrefix("job.sh: it has no {engine}") == true)
        #expect(throws: LaunchError.self) { try text("echo {{engine}}") }
    }

    @Test func `the built-in templates name only what there is`() throws {
        for kind in [LauncherSettings.Kind.slurm, .pbs] {
            var settings = LauncherSettings(name: "night", kind: kind)
            settings.nodes = 3
            var plan = EnginePlan(
                command: ["tasks"], count: 2, slots: 8, profile: "/home/ada/my farm", logDirectory: "/log")
            plan.statedSlots = 8
            plan.hostCommand = ["engine", "host", "-n", "2"]
            let script = try settings.script(plan, log: "/log/night-0.log", "/bin/tasks")
            #expect(script.contains("16") && script.contains("/log/night-0.log"))
            #expect(
                script.contains("/bin/tasks engine host -n 2 --profile '/home/ada/my farm' --series night"))
        }
    }
}
