import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

/// The Python kernel as the namespace's functions show it, with a real Python.
@Suite(.timeLimit(.minutes(2))) struct KernelTests {
    private func with(_ body: (NamespaceHarness) async throws -> Void) async throws {
        let space = try NamespaceHarness()
        defer { space.stop() }
        try await body(space)
    }

    @Test func `prompts are numbered, share a namespace, and give the last expression`() async throws {
        try await with { space in
            #expect(
                try await space.prompt("x = 20") == Prompt(prompt: 1, result: nil, stdout: "", stderr: ""))
            #expect(try await space.prompt("y = 2\nx * y + y").result == "42")
            #expect(try await space.prompt("print('Hello World')").stdout == "Hello World\n")
            #expect(try await space.prompt("import sys; print('oops', file=sys.stderr)").stderr == "oops\n")
            #expect(try await space.keys() == ["x", "y"])
            let third = await space.call("result", try PayloadCodec.encode(3))
            #expect(try third.value(Prompt.self).stdout == "Hello World\n")
            #expect(try await space.call("result").value(Prompt.self).prompt == 4)
            let unknown = await space.call("result", try PayloadCodec.encode(77))
            #expect(unknown.payload.errorName == "NoResult" && unknown.error.contains("1 to 4"))
            // What is no command takes a number, too, and what came of the others keeps its own.
            #expect(await space.call("execute", [2] + Array("{}".utf8)).payload.errorName == "BadInput")
            #expect(await space.call("result").payload.errorName == "BadInput")
            let second = await space.call("result", try PayloadCodec.encode(2))
            #expect(try second.value(Prompt.self).result == "42")
        }
    }

    @Test func `what programs write below Python is captured, too`() async throws {
        try await with { space in
            let prompt = try await space.prompt(
                "import os, subprocess\nos.write(1, b'one ')\nsubprocess.run(['sh', '-c', 'echo two; echo three >&2'])"
            )
            #expect(prompt.stdout == "one two\n" && prompt.stderr == "three\n")
            #expect(prompt.result?.contains("returncode=0") == true)
        }
    }

    @Test func `output comes live`() async throws {
        try await with { space in
            let index = try space.beginExecute("import time\nprint('early')\nwhile True: time.sleep(0.01)")
            let message = await space.engine.output(containing: "early")
            #expect(message.stream == .output && message.offset == 0)
            space.engine.interrupt(index)
            let ended = await space.engine.end(of: index)
            #expect(ended.payload.errorName == "KeyboardInterrupt" && ended.output == "early\n")
            let trace = try #require(ended.payload.traceback)
            #expect(trace.contains("line 3, in <module>") && !trace.contains("farm_kernel"), "\(trace)")
        }
    }

    @Test func `an error has Python's name and text, and a traceback with the lines of what was sent`()
        async throws
    {
        try await with { space in
            let ended = try await space.execute("def half(n):\n    return n / 0\n\nhalf(3)")
            #expect(ended.state == .failed && ended.cause == .failure)
            #expect(ended.payload.errorName == "ZeroDivisionError" && ended.error == "division by zero")
            let trace = try #require(ended.payload.traceback)
            #expect(trace.hasPrefix("Traceback (most recent call last):\n  File \"<prompt 1>\", line 4"))
            #expect(
                trace.contains("    return n / 0") && trace.hasSuffix("ZeroDivisionError: division by zero\n")
            )
            #expect(!trace.contains("farm_kernel"))
            let syntax = try await space.execute("x = (1,\n  2")
            #expect(syntax.payload.errorName == "SyntaxError")
            #expect(syntax.payload.traceback?.contains("farm_kernel") == false)
            #expect(syntax.payload.traceback?.contains("x = (1,") == true)
            let named = await space.call(
                "execute", try PayloadCodec.encode(["code": "1 +\\", "file": "study.py"]))
            #expect(named.payload.traceback?.contains("File \"study.py\", line 1") == true)
            #expect(try await space.prompt("1").prompt == 4)
        }
    }

    @Test func `the text of a file runs as a script: it has a path, and gives no value`() async throws {
        try await with { space in
            let text = ["code": "here = __file__\n'a value'", "file": "/no/where/study.py"]
            let ran = try await space.call("execute", try PayloadCodec.encode(text)).value(Prompt.self)
            #expect(ran.result == nil && ran.prompt == 1)
            #expect(try await space.prompt("here").result == "'/no/where/study.py'")
            #expect(try await space.execute("__file__").payload.errorName == "NameError")
            let typed = try await space.execute("1 / 0")
            #expect(typed.payload.traceback?.contains("File \"<prompt 4>\", line 1") == true)
        }
    }

    @Test func `sys exit ends the command and not the kernel`() async throws {
        try await with { space in
            _ = try await space.prompt("x = 1\nimport sys")
            #expect(try await space.execute("sys.exit(0)").state == .succeeded)
            #expect(try await space.execute("sys.exit('no good')").payload.errorName == "SystemExit")
            #expect(try await space.prompt("x").result == "1")
        }
    }

    @Test func `an interrupt ends an endless loop, and never the next command`() async throws {
        try await with { space in
            _ = try await space.prompt("x = 1")
            for round in 0..<40 {
                let index = try space.beginExecute("print('on')\nwhile True: pass")
                if round % 2 == 0 { _ = await space.engine.output(containing: "on") }
                space.engine.interrupt(index)
                space.engine.interrupt(index)
                let next = try space.beginExecute("x += 1\nx")
                let ended = await space.engine.end(of: index)
                #expect(ended.payload.errorName == "KeyboardInterrupt", "\(ended.error)")
                let after = await space.engine.end(of: next)
                try #require(after.state == .succeeded, "round \(round): \(after.error)")
                #expect(try after.value(Prompt.self).result == "\(round + 2)")
            }
        }
    }

    @Test(arguments: [
        ("import os; os._exit(3)", 3, "exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9, "signal 9 (KILL)"),
        ("import ctypes; ctypes.string_at(0)", -11, "signal 11 (SEGV)"),
    ]) func `a crash is the command's error, and the next one has a new kernel`(
        _ code: String, _ exitCode: Int32, _ words: String
    ) async throws {
        try await with { space in
            _ = try await space.prompt("x = 1")
            let ended = try await space.execute(code)
            #expect(ended.payload.errorName == "KernelDied" && ended.report.exitCode == exitCode)
            #expect(ended.error.contains(words) && ended.error.contains("its namespace is gone"))
            #expect(try await space.keys() == [])
            #expect(try await space.prompt("'x' in globals()").result == "False")
        }
    }

    @Test func `a kernel that dies while nothing runs is told to the next command`() async throws {
        try await with { space in
            let pid = try await space.prompt("import os; os.getpid()").result ?? ""
            try #require(kill(Int32(pid) ?? 0, SIGKILL) == 0)
            // The signal and the next command race; whichever is seen first, it is told.
            let next = try await space.execute("1")
            #expect(next.payload.errorName == "KernelDied", "\(next.error)")
            #expect(try await space.prompt("1").result == "1")
        }
    }

    @Test func `restart ends what runs, and the prompts begin anew`() async throws {
        try await with { space in
            let index = try space.beginExecute("x = 1\nprint('on')\nwhile True: pass")
            _ = await space.engine.output(containing: "on")
            let restart = await space.engine.end(of: space.begin("restart", lane: "control"))
            #expect(restart.state == .succeeded)
            let ended = await space.engine.end(of: index)
            #expect(ended.payload.errorName == "KernelDied" && ended.error.contains("since it was restarted"))
            #expect(try await space.prompt("dir()").prompt == 1)
            #expect(try await space.keys() == [])
        }
    }

    @Test func `a timeout interrupts; what ignores that is killed with its kernel after the grace`()
        async throws
    {
        try await with { space in
            _ = try await space.prompt("x = 1")
            let soft = await space.engine.end(
                of: try space.beginExecute("while True: pass", timeout: .milliseconds(300)))
            #expect(soft.cause == .timeout && soft.error == "timed out after 300ms")
            #expect(try await space.prompt("x").result == "1")
            let hard = await space.engine.end(
                of: try space.beginExecute(
                    "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
                    timeout: .milliseconds(300), grace: .milliseconds(200)))
            #expect(hard.cause == .timeout && hard.error.contains("the Python kernel was killed"))
            #expect(try await space.execute("x").payload.errorName == "NameError")
        }
    }

    @Test func `a flood of output is bounded, and the rest goes on`() async throws {
        try await with { space in
            let prompt = try await space.prompt(
                "import sys\nfor _ in range(400): sys.stdout.write('x' * 65536)\n7")
            #expect((1 << 20..<(1 << 20) + 200).contains(prompt.stdout.utf8.count) && prompt.result == "7")
            #expect(try await space.prompt("print('after')").stdout == "after\n")
            let long = try await space.prompt("list(range(1000000))")
            #expect(long.result?.contains("characters)") == true && (long.result?.count ?? 0) < 101_000)
        }
    }

    @Test func `reset forgets all but keeps the kernel`() async throws {
        try await with { space in
            let first = try await space.prompt("import os\nx = 1\nos.getpid()").result
            #expect(await space.call("reset").state == .succeeded)
            #expect(try await space.execute("x").payload.errorName == "NameError")
            #expect(try await space.prompt("import os; os.getpid()").result == first)
        }
    }

    @Test func `modules are found where the submitter is, and relative paths are meant from there`()
        async throws
    {
        try await with { space in
            try Data("answer = 42\n".utf8).write(
                to: URL(fileURLWithPath: space.engine.directory + "/deepthought.py"))
            #expect(try await space.prompt("import deepthought; deepthought.answer").result == "42")
            #expect(
                try await space.prompt("open('deepthought.py').read()").result?.contains("answer") == true)
            _ = try await space.prompt("import os; os.chdir('/')")
            #expect(try await space.prompt("os.getcwd()").result == "'/'", "the user's own chdir holds")
        }
    }

    @Test func `a kernel ends with its engine, and what it has started, too`() async throws {
        let space = try NamespaceHarness()
        let code = "import subprocess, os\nchild = subprocess.Popen(['sleep', '98765'])\nos.getpid()"
        let pid = try #require(Int32(try await space.prompt(code).result ?? ""))
        // A process that has only just taken a program's place has no command line yet, for a moment.
        for _ in 0..<1_000 where EngineHarness.processes(with: "sleep 98765").isEmpty {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(EngineHarness.processes(with: "sleep 98765").count == 1)
        let restart = await space.call("restart")
        #expect(restart.state == .succeeded && kill(pid, 0) != 0)
        #expect(EngineHarness.processes(with: "sleep 98765").isEmpty)
        space.stop()
    }
}
