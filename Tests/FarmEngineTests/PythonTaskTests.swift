import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

/// Python tasks on an engine.
@Suite(.timeLimit(.minutes(2))) struct PythonTaskTests {
    private func python(_ change: (inout PythonBody) -> Void) -> TaskTemplate {
        var body = PythonBody()
        change(&body)
        return TaskTemplate(.python(body))
    }

    private func run(_ template: TaskTemplate, payload: [UInt8] = []) async throws -> EngineHarness.Ended {
        let engine = try EngineHarness()
        defer { engine.stop() }
        engine.define(template)
        engine.dispatch(0..<1, payload: payload)
        return await engine.end(of: 0)
    }

    @Test func `an expression's value is the task's`() async throws {
        let ended = try await run(python { $0.expression = "1 + 1" })
        #expect(try ended.value(Int.self) == 2 && ended.report.durationNanoseconds > 0)
    }

    @Test(arguments: ["NotHere", "TaskRejectError"]) func `a task says that it cannot run here`(
        _ name: String
    ) async throws {
        let ended = try await run(python { $0.code = "raise \(name)('no such device')" })
        #expect(ended.state == .failed && ended.cause == .notHere)
        #expect(ended.error == "no such device" && ended.payload.errorName == "NotHere")
    }

    @Test func `what is shared is pushed, then what the task brings`() async throws {
        var (shared, own) = (PayloadBundle(), PayloadBundle())
        for (name, value) in [("a", 1), ("b", 2)] { try shared.set(value, for: name) }
        for (name, value) in [("b", 3), ("c", 4)] { try own.set(value, for: name) }
        var template = python { $0.expression = "[a, b, c, d]" }
        if case .python(var body) = template.body {
            body.push = [JSONMember("d", .number("5"))]
            template.body = .python(body)
        }
        template.shared = [1] + shared.encoded()
        #expect(try await run(template, payload: [1] + own.encoded()).value([Int].self) == [1, 3, 4, 5])
        template.body = python { $0.expression = "a + b" }.body
        #expect(try await run(template).value(Int.self) == 3)
    }

    @Test func `what is pushed is set before, and what is pulled comes back`() async throws {
        let template = python {
            $0.code = "b = a * 2\nprint('b is', b)"
            $0.push = [JSONMember("a", .number("21"))]
            $0.pull = .names(["a", "b"])
        }
        let ended = try await run(template)
        #expect(try ended.value([String: Int].self) == ["a": 21, "b": 42] && ended.output == "b is 42\n")
        var bundle = PayloadBundle()
        try bundle.set([1.5, 2.5], for: "a")
        let many = try await run(
            python { ($0.code, $0.pull) = ("b = [x * 2 for x in a]", .one("b")) },
            payload: [1] + bundle.encoded())
        #expect(try many.value([Double].self) == [3, 5])
        let typed = try await run(
            python { ($0.code, $0.pull) = ("n = 1", .names(["a", "n"])) }, payload: [1] + bundle.encoded())
        let values = try PayloadBundle(decoding: Array(typed.value.dropFirst()))
        #expect(typed.value.first == PayloadCodec.bundle.rawValue)
        #expect(
            try values.value("a", as: [Double].self) == [1.5, 2.5] && values.value("n", as: Int.self) == 1)
    }

    @Test func `a sweep's parameters are variables, and literals in the code`() async throws {
        let engine = try EngineHarness()
        defer { engine.stop() }
        var template = python {
            $0.code = "found = [n, word, ${{ n }}, ${{ word }}, '#'] # ${{ word }}"
            $0.pull = .one("found")
        }
        template.payloadParameters = ["n", "word"]
        engine.define(template)
        let payload = PayloadCodec.payload(
            json: Array("{\"n\": 2.50, \"word\": \"it's \\\"so\\\"\\n\"}".utf8))
        engine.dispatch(0..<1, payload: payload)
        let ended = await engine.end(of: 0)
        #expect(
            try PayloadCodec.json(ended.value)
                == "[2.5, \"it's \\\"so\\\"\\n\", 2.5, \"it's \\\"so\\\"\\n\", \"#\"]", "\(ended.error)")
    }

    @Test func `a file is read when the task runs, from the submit directory`() async throws {
        let engine = try EngineHarness()
        defer { engine.stop() }
        engine.define(python { ($0.file, $0.pull) = ("study.py", .one("answer")) })
        engine.dispatch(0..<1)
        #expect(await engine.end(of: 0).payload.errorName == "FileNotFoundError")
        try Data("import os\nanswer = 42\nassert __name__ == '__main__' and os.path.samefile(__file__, 'study.py')\n".utf8)
            .write(to: URL(fileURLWithPath: engine.directory + "/study.py"))
        engine.dispatch(1..<2)
        #expect(try await engine.end(of: 1).value(Int.self) == 42)
        try Data("def f():\n    return 1 / 0\nf()\n".utf8)
            .write(to: URL(fileURLWithPath: engine.directory + "/study.py"))
        engine.dispatch(2..<3)
        let failed = await engine.end(of: 2)
        #expect(failed.payload.errorName == "ZeroDivisionError")
        #expect(
            failed.errorOutput == failed.payload.traceback
                && failed.errorOutput.contains("study.py\", line 2, in f"))
    }

    @Test func `a namespace is cleared when it is asked for`() async throws {
        let engine = try EngineHarness()
        defer { engine.stop() }
        engine.define(python { $0.code = "x = 1" }, group: 0)
        engine.define(python { $0.expression = "'x' in globals()" }, group: 1)
        engine.define(python { ($0.expression, $0.clearsBefore) = ("'x' in globals()", true) }, group: 2)
        engine.define(python { ($0.code, $0.clearsAfter) = ("x = 1; 1 / 0", true) }, group: 3)
        for (index, group) in [UInt32(0), 1, 2, 3, 1].enumerated() {
            engine.dispatch(UInt32(index)..<UInt32(index) + 1, group: group)
            _ = await engine.end(of: UInt32(index))
        }
        #expect(try await engine.end(of: 1).value(Bool.self))
        #expect(try await !engine.end(of: 2).value(Bool.self))
        #expect(try await !engine.end(of: 4).value(Bool.self))
    }

    @Test func `tasks wait for the kernel one by one, and a lane's command goes first`() async throws {
        let engine = try EngineHarness(slots: 4)
        defer { engine.stop() }
        engine.define(
            python { $0.code = "import time\nprint('on')\nwhile not globals().get('go'): time.sleep(0.001)" })
        engine.define(python { ($0.code, $0.pull) = ("order.append('task')", .one("order")) }, group: 1)
        engine.define(
            TaskTemplate(.function("namespace.execute", with: nil)), group: 2, lane: "namespace")
        engine.dispatch(0..<1)
        _ = await engine.output(containing: "on")
        engine.dispatch(1..<2, group: 1)
        engine.dispatch(2..<3, group: 1)
        engine.dispatch(3..<4, group: 2, payload: try PayloadCodec.encode(["code": "order = ['lane']"]))
        engine.cancel(2)
        let cancelled = await engine.end(of: 2)
        #expect(cancelled.state == .cancelled && cancelled.error.contains("while it waited"))
        engine.interrupt(0)
        #expect(await engine.end(of: 0).payload.errorName == "KeyboardInterrupt")
        #expect(try await engine.end(of: 1).value([String].self) == ["lane", "task"])
    }

    @Test func `a task that ignores its cancellation takes the kernel with it, and that is said`()
        async throws
    {
        let space = try NamespaceHarness()
        defer { space.stop() }
        _ = try await space.prompt("x = 1")
        let code =
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('on')\nwhile True: pass"
        space.engine.define(python { $0.code = code }, group: 50, grace: .milliseconds(100))
        space.engine.dispatch(500..<501, group: 50)
        _ = await space.engine.output(containing: "on")
        space.engine.cancel(500)
        let ended = await space.engine.end(of: 500)
        #expect(ended.state == .cancelled && ended.error.contains("the Python kernel was killed"))
        let next = try await space.execute("x")
        #expect(next.payload.errorName == "KernelDied" && next.error.contains("when task 1.500 was stopped"))
        #expect(try await space.prompt("2").result == "2")
    }
}
