import Foundation
import Glibc
import TaskFarm
import Testing

/// Python tasks through the real binary, and by the client's API.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PythonTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func farm(_ arguments: String..., body: (TaskClient) async throws -> Void) async throws {
        let started = try yard.start(["cluster", "start"] + arguments).wait()
        try #require(started.code == 0, "\(started.errors)")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let client = try await TaskClient.connect(
            capability: "\(yard.home)/farm/default/security/task-client.json")
        try await body(client)
        await client.close()
    }

    @Test func `a batch file's Python is run, with a sweep, a file, and values that go on`() throws {
        try yard.write("helper.py", "def halve(n): return n / 2\n")
        try yard.write(
            "report.py",
            "import helper\ntext = ', '.join(str(helper.halve(n)) for n in (first, second))\nprint(text)\n")
        try yard.write(
            "b.yaml",
            """
            name: study
            tasks:
              one: {python: {code: n = 3, pull: n}}
              two: {sweep: {grid: {k: [1, 2]}}, python: {expression: k * 10}}
              report:
                after: [one, two]
                python:
                  file: report.py
                  push: {first: "${{ tasks.one.result }}", second: 5}
                  pull: text
              broken: {python: "print('so far')\\nopen('nowhere')"}
            """)
        let ended = try yard.tasks("run", "b.yaml", "--slots", "2", "-o", "json")
        #expect(ended.code == 1, "\(ended.errors)")
        let rows = try ended.objects()
        let values = Dictionary(uniqueKeysWithValues: rows.map { ($0["name"] as? String ?? "", $0["value"]) })
        #expect(values["one"] as? Int == 3 && values["two/k=2"] as? Int == 20)
        #expect(values["report"] as? String == "1.5, 2.5", "\(ended.output) \(ended.errors)")
        #expect(ended.output.contains("No such file or directory: 'nowhere'"))
    }

    @Test func `a task has variables, what it pulls, and what it failed of`() async throws {
        try await farm("-n", "1", "--slots", "2") { client in
            let farm = client
            let task = PythonTask("b = a * 2", push: ["a": 21], pull: ["b"])
            let outcome = try await farm.submit(task).outcome
            try outcome.raiseIfFailed()
            let b: Int = try outcome.ns["b"]
            #expect(b == 42 && outcome.engine != nil && outcome.duration > .zero)
            #expect(throws: PayloadError.self) { try outcome.ns["a", as: Int.self] }
            let more = PythonTask(
                "c = [x + 1 for x in v]\nd = list(v)", push: ["v": [1.5, 2.5]], pull: ["c", "d"])
            let both = try await client.submit(more).outcome
            #expect(try both.ns.names == ["c", "d"] && both.ns["c", as: [Double].self] == [2.5, 3.5])
            let sum = try await client.submit(PythonTask(expression: "1 + 1"), returning: Int.self).value
            #expect(sum == 2)
            let failed = try await client.submit(PythonTask("'${{ x }}'.missing")).outcome
            #expect(failed.errorName == "AttributeError" && failed.traceback.contains("'${{ x }}'.missing"))
            #expect(throws: TaskFailure.self) { try failed.raiseIfFailed() }
            #expect(throws: TaskFailure.self) { try failed.ns["x", as: Int.self] }
            var options = TaskOptions()
            options.recoveries = [try TaskRecovery(PythonTask("b = -a", push: ["x": 1], pull: ["b"]))]
            let recovered = try await client.submit(
                PythonTask("1 / 0", push: ["a": 7]), options: options
            ).outcome
            #expect(try recovered.ns["b"] == -7)
            for (push, pull) in [([:], ["1"]), (["class": 1], []), ([:], ["is"])]
                as [([String: Int], [String])]
            {
                let refused = await #expect(throws: TaskClientError.self) {
                    try await client.submit(PythonTask("", push: push, pull: pull))
                }
                #expect(refused?.code == .badInput, "\(refused?.message ?? "")")
            }
        }
    }

    @Test func `C18 a Python task waits for the one that it depends on, and is impossible when that fails`()
        async throws
    {
        try await farm("-n", "2", "--slots", "1") { client in
            let code = "import os, time\nwhile not os.path.exists(path): time.sleep(0.005)\n"
            let first = try await client.submit(
                PythonTask(code, push: ["path": "\(yard.directory)/go"], pull: ["path"]))
            var behind = TaskOptions()
            behind.after = [Dependency([.task(first.id)])]
            let second = try await client.submit(
                PythonTask("there = __import__('os').path.exists('\(yard.directory)/go')", pull: ["there"]),
                options: behind)
            // Another engine is free.
            let other = try await client.submit(PythonTask(expression: "1 + 1"), returning: Int.self)
            #expect(try await other.value == 2)
            #expect(second.outcomeIfEnded == nil)
            try yard.write("go", "")
            #expect(try await second.outcome.ns["there", as: Bool.self])
            let bad = try await client.submit(PythonTask("1 / 0"))
            behind.after = [Dependency([.task(bad.id)])]
            let never = try await client.submit(PythonTask("x = 1", pull: ["x"]), options: behind).outcome
            #expect(never.state == .impossible && never.rootCause == bad.id)
        }
    }

    @Test func `many tasks of one code, and a function mapped over inputs`() async throws {
        try await farm("-n", "2", "--slots", "1") { client in
            let squares = try await client.submit(
                PythonTask(expression: "n * n + k", push: ["k": 1]), pushing: (0..<100).map { ["n": $0] },
                returning: Int.self)
            #expect(try await squares.values == (0..<100).map { $0 * $0 + 1 })
            let cube = PythonFunction(name: "cube", source: "def cube(x):\n    return x ** 3")
            #expect(
                try await client.map(cube, Array(0..<50), returning: Int.self)
                    == (0..<50).map { $0 * $0 * $0 })
            let most = try await client.submit(
                PythonFunction("max"), arguments: [[3.0, 4.0]], keywords: ["default": 0.0],
                returning: Double.self)
            #expect(try await most.value == 4)
        }
    }

    @Test func `an engine that is killed leaves no kernel behind, and the interpreter can be chosen`()
        async throws
    {
        let python = try yard.write("my-python", "#!/bin/sh\nexec python3 \"$@\"\n", mode: 0o755)
        try await farm("-n", "1", "--python", "./my-python") { client in
            let pid = try await client.submit(
                PythonTask(
                    "import os, subprocess\nsubprocess.Popen(['sleep', '4321'])\npid = os.getpid()",
                    pull: ["pid"])
            ).outcome.ns["pid", as: Int32.self]
            #expect(kill(pid, 0) == 0, "\(python)")
            let engine = try #require(try await client.engines().first)
            // The worker is the nanny's only child.
            let children = try String(
                contentsOfFile: "/proc/\(engine.pid)/task/\(engine.pid)/children", encoding: .utf8)
            for child in children.split(separator: " ") { kill(Int32(child) ?? 0, SIGKILL) }
            // It comes back, and works.
            let sum = try await client.submit(PythonTask(expression: "2 + 2"), returning: Int.self).value
            #expect(sum == 4 && kill(pid, 0) != 0)
        }
        #expect(try yard.tasks("run", "--python", "/nowhere/python", "--", "true").code == 0, "needs none")
    }
}
