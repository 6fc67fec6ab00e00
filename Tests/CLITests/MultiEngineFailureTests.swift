import Foundation
import Glibc
import MultiEngine
import Testing

/// What `MultiEngineClient` says when engines fail, and when there is nobody to ask.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct MultiEngineFailureTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test
    func `C54 failures of several engines are one error, flat and by engine, and keep what others gave`()
        async throws
    {
        try await yard.multiEngine(4) { mec in
            for engine in UInt32(0)..<4 {
                try await mec.on(.engine(EngineID(engine)))["part"].set([Int(engine), 0])
            }
            try await mec.execute("part = [int(v) for v in part]")
            let error = try await composite {
                try await mec.execute("print(\"at\", part[0])\nif part[0] % 2: 1 / 0\npart[0]")
            }
            #expect(error.failures.map(\.engine.raw) == [1, 3])
            #expect(error.succeeded.map(\.raw) == [0, 2])
            #expect(error[EngineID(3)]?.name == "ZeroDivisionError" && error[EngineID(0)] == nil)
            #expect(error[EngineID(1)]?.traceback.contains("if part[0] % 2: 1 / 0") == true)
            #expect(error[EngineID(1)]?.outcome.standardOutput == Array("at 1\n".utf8))
            #expect(error.result(of: EngineID(2), as: CommandResult.self)?.result == "2")
            #expect(
                error.description.split(separator: "\n") == [
                    "one or more exceptions from call to: execute",
                    "[1:execute]: ZeroDivisionError: division by zero",
                    "[3:execute]: ZeroDivisionError: division by zero",
                ])
        }
    }

    @Test
    func `C54 an engine that is killed in mid-command is its own failure, the others' results are kept`()
        async throws
    {
        try await yard.multiEngine(3) { mec in
            try await mec.execute("import os; pid = os.getppid()")
            let code = yard.marking("begun") + yard.waiting(for: "go") + "pid"
            let pending = try await mec.submit(.execute(code))
            try yard.eventually("all have begun") { yard.read("begun") == "xxx" }
            let engine = try #require(try await mec.farm.engines().first { $0.id.raw == 1 })
            kill(pid_t(engine.pid), SIGKILL)
            // Its kernel would get to the end otherwise, if it is quick.
            while try await mec.farm.engines().first(where: { $0.id.raw == 1 })?.presence == "attached" {
                try await Task.sleep(for: .milliseconds(20))
            }
            try yard.write("go", "")
            let error = try await composite { _ = try await pending.value }
            #expect(error.failures.map(\.engine.raw) == [1] && error[EngineID(1)]?.name == "EngineLost")
            #expect(error.succeeded.map(\.raw) == [0, 2])
            #expect(error.result(of: EngineID(2), as: CommandResult.self)?.result != nil)
        }
    }

    @Test func `C53 an endless loop is interrupted on all engines or on one, and the kernels go on`()
        async throws
    {
        try await yard.multiEngine(3) { mec in
            try await mec.push(["x": 5])
            let pending = try await mec.submit(.execute(yard.marking("begun") + "while True: pass"))
            try yard.eventually("all have begun") { yard.read("begun") == "xxx" }
            #expect(try await mec.on([1]).interrupt() == 1)
            try yard.eventually("one has ended") { pending.job.endedCounts.ended == 1 }
            #expect(pending.job.outcome(of: 1)?.errorName == "KeyboardInterrupt")
            #expect(try await mec.interrupt() == 2)
            let error = try await composite { _ = try await pending.value }
            #expect(error.failures.map(\.name) == Array(repeating: "KeyboardInterrupt", count: 3))
            #expect(try await mec.execute("x").map(\.result) == ["5", "5", "5"])
            #expect(try await mec.interrupt() == 0, "nothing runs")
        }
    }

    @Test func `C55 no engines and an unknown engine are distinct errors, and nothing is queued`()
        async throws
    {
        try yard.ok("cluster", "start", "-n", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let mec = try await MultiEngineClient.connect(
            capability: "\(yard.home)/farm/default/security/multiengine-client.json")
        try yard.ok("engine", "stop", "0")
        while !(try await mec.ids.isEmpty) { try await Task.sleep(for: .milliseconds(20)) }
        let none = await #expect(throws: MultiEngineError.self) { try await mec.execute("1") }
        #expect(none?.code == .noEngines && none?.message.contains("tasks engine start") == true)
        await #expect(throws: MultiEngineError.self) {
            try await mec.waitForEngines(1, timeout: .milliseconds(10))
        }
        let engine = try yard.start(["engine", "start"])
        let there = try await mec.waitForEngines(1)
        let unknown = await #expect(throws: MultiEngineError.self) {
            try await mec.on(.engines(there + [EngineID(7)])).execute("1")
        }
        #expect(unknown?.code == .unknownEngine && unknown?.message.contains("no engine 7") == true)
        #expect(try await mec.farm.jobs().isEmpty)
        await mec.close()
        engine.signal(SIGTERM)
        _ = try engine.wait()
    }

    @Test func `C55 each kind of bad input has an error of its own`() async throws {
        try await yard.multiEngine(2) { mec in
            let syntax = try await composite { try await mec.execute("def f(:") }
            #expect(syntax.failures.map(\.name) == ["SyntaxError", "SyntaxError"])
            let unknown = try await composite { _ = try await mec.pull("nothing", as: Int.self) }
            #expect(unknown[EngineID(0)]?.name == "NameError")
            #expect(unknown[EngineID(0)]?.message.contains("nothing") == true)
            try await mec.execute("x = 'text'\nlock = __import__('threading').Lock()")
            let wrong = try await composite { _ = try await mec.pull("x", as: Int.self) }
            #expect(wrong[EngineID(1)]?.name == "UndecodableValue")
            #expect(wrong[EngineID(1)]?.message.contains("expected Int") == true)
            let uneven = await #expect(throws: TaskClientError.self) {
                try await mec.farm.submit(Calls.Pull.self, inputs: [["x"]], toEach: mec.ids)
            }
            #expect(uneven?.code == .unequalLengths)
            let nobody = await #expect(throws: TaskClientError.self) {
                try await mec.farm.submit(Calls.Pull.self, toEach: [])
            }
            #expect(nobody?.code == .badInput)
            for name in ["class", "a b", "", "9"] {
                let push = await #expect(throws: MultiEngineError.self) { try await mec.push([name: 1]) }
                #expect(push?.code == .badInput && push?.message.contains("“\(name)” is") == true)
                let scatter = await #expect(throws: MultiEngineError.self) {
                    try await mec.scatter([1, 2], as: name)
                }
                #expect(scatter == push)
            }
            #expect(try await mec.keys() == [["lock", "x"], ["lock", "x"]])
            let fixed = try await composite { _ = try await mec.pull(["lock"]) }
            #expect(fixed[EngineID(0)]?.name == "UnpicklableValue")
            let notHere = await #expect(throws: MultiEngineError.self) {
                try await mec.apply("1 + 1", returning: Int.self)
            }
            #expect(notHere?.code == .badInput)
            let died = try await composite { try await mec.on([0]).execute("import os; os._exit(3)") }
            #expect(died[EngineID(0)]?.name == "KernelDied")
            #expect(try await mec.execute("1 + 1").map(\.result) == ["2", "2"])
            let flood = try await mec.execute("for i in range(300000): print('0123456789' * 10)\n'end'")
            #expect(flood.map(\.result) == ["'end'", "'end'"])
            #expect(
                flood.allSatisfy {
                    $0.standardOutput.utf8.count < 4 << 20
                        && $0.standardOutput.contains(/\n\[… 29[0-9]{6} bytes not kept: .*…\]\n/)
                })
        }
    }

    @Test func `both interfaces work at once: a command goes before prefetched tasks, and those go on`()
        async throws
    {
        try await yard.multiEngine(1) { mec in
            let path = "\(yard.directory)/go"
            let hold = "test -e \(path) || { while ! test -e \(path); do sleep 0.01; done; }"
            var handles: [TaskHandle<Nothing>] = []
            for _ in 0..<20 { handles.append(try await mec.farm.submit(shell: hold)) }
            try yard.eventually("one runs") {
                try !yard.tasks("engine", "list", "-o", "json").objects().isEmpty
            }
            #expect(try await mec.execute("6 * 7")[0].result == "42")
            #expect(handles.allSatisfy { $0.outcomeIfEnded == nil })
            let pending = try await mec.submit(.execute(yard.marking("begun") + yard.waiting(for: "end")))
            try yard.eventually("the command has begun") { yard.exists("begun") }
            try yard.write("go", "")
            for handle in handles { #expect(try await handle.outcome.isSuccess) }
            #expect(!pending.isReady, "the tasks did not wait for the namespace")
            try yard.write("end", "")
            try await pending.wait()
        }
    }
}
