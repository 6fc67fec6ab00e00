import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

/// What users' code does to its kernel, by accident and on purpose.
@Suite(.timeLimit(.minutes(2))) struct KernelMishapTests {
    private func with(
        python: String = "python3", _ body: (NamespaceHarness) async throws -> Void
    ) async throws {
        let space = try NamespaceHarness(python: python)
        defer { space.stop() }
        try await body(space)
    }

    @Test(arguments: [
        "sys.stdout = []", "del sys.stdout", "sys.stdout = sys.stderr = None", "sys.path = None",
    ])
    func `what stands in sys is the user's affair, and the kernel goes on`(_ code: String) async throws {
        try await with { space in
            _ = try await space.prompt("import sys\n\(code)")
            #expect(try await space.prompt("1 + 1").result == "2")
            _ = try await space.prompt("sys.stdout = sys.__stdout__")
            #expect(try await space.prompt("print('back')").stdout == "back\n")
        }
    }

    @Test func `a kernel whose socket was closed tells its own exit code, and why`() async throws {
        try await with { space in
            let ended = try await space.execute("import os\nos.closerange(3, 64)")
            #expect(ended.payload.errorName == "KernelDied" && ended.report.exitCode == 1, "\(ended.error)")
            #expect(ended.errorOutput.contains("Bad file descriptor"))
            #expect(try await space.prompt("1").result == "1")
        }
    }

    @Test func `a length that makes no sense takes no memory, and a restart ends the wait for it`()
        async throws
    {
        func residentKiB() throws -> Int {
            let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            return try #require(text.firstMatch(of: #/VmRSS:\s+(\d+) kB/#).flatMap { Int($0.1) })
        }
        try await with { space in
            let before = try residentKiB()
            // 6 GiB are announced, and nothing of them comes.
            let index = try space.beginExecute(
                "import os\nos.write(3, bytes([0, 0, 0, 128, 1, 0, 0, 0]))\nprint('on', flush=True)")
            _ = await space.engine.output(containing: "on")
            let restart = await space.engine.end(of: space.begin("restart", lane: "control"))
            #expect(restart.state == .succeeded)
            #expect(await space.engine.end(of: index).payload.errorName == "KernelDied")
            let after = try residentKiB()
            #expect(after - before < 2 << 20)
        }
    }

    @Test func `a crash of C code tells the lines of Python that it came from`() async throws {
        try await with { space in
            let ended = try await space.execute("import ctypes\ndef f(): ctypes.string_at(0)\nf()")
            #expect(ended.payload.errorName == "KernelDied" && ended.report.exitCode == -11)
            #expect(ended.errorOutput.contains("Segmentation fault"))
            #expect(ended.errorOutput.contains("File \"<prompt 1>\", line 2 in f"), "\(ended.errorOutput)")
        }
    }

    @Test(arguments: [
        ("sys.exit(3)", 3, ""), ("sys.exit('no good')", 1, "no good\n"), ("sys.exit()", 0, ""),
        ("x = 1", 0, ""), ("1 / 0", 1, "ZeroDivisionError: division by zero\n"),
    ]) func `a child that was forked ends as a script does`(
        _ code: String, _ status: Int, _ errors: String
    ) async throws {
        try await with { space in
            let prompt = try await space.prompt(
                "import os, sys\nchild = os.fork()\nif child == 0:\n    \(code)\n"
                    + "else: print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))")
            #expect(prompt.stdout == "\(status)\n" && prompt.stderr.hasSuffix(errors), "\(prompt)")
            #expect(!prompt.stderr.contains("farm_kernel") && prompt.stderr.isEmpty == errors.isEmpty)
        }
    }

    @Test func `processes can be spawned, also after a reset`() async throws {
        try await with { space in
            for _ in 0..<2 {
                let code =
                    "import math, multiprocessing\nwith multiprocessing.get_context('spawn').Pool(1) as"
                let prompt = try await space.prompt("\(code) p: r = p.map(math.sqrt, [4])\nr")
                #expect(prompt.result == "[2.0]")
                #expect(await space.call("reset").state == .succeeded)
            }
        }
    }

    @Test func `another submitter's directory takes the place of the one before, not of the user's own`()
        async throws
    {
        try await with { space in
            let other = space.engine.directory + "/other"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
            try Data("where = 'other'\n".utf8).write(to: URL(fileURLWithPath: other + "/mine.py"))
            _ = try await space.prompt("import sys; sys.path.insert(0, '/my/own')")
            space.engine.define(
                TaskTemplate(.function("namespace.execute", with: nil)), group: 40, directory: other,
                lane: "namespace")
            space.engine.dispatch(
                900..<901, group: 40,
                payload: try PayloadCodec.encode(["code": "import mine; (mine.where, sys.path[:2])"]))
            let prompt = try await space.engine.end(of: 900).value(Prompt.self)
            #expect(prompt.result == "('other', ['/my/own', '\(other)'])")
        }
    }

    @Test func `one value that Python cannot read costs only itself`() async throws {
        try await with { space in
            _ = await space.push("good", try PayloadCodec.encode(4))
            _ = await space.push("bad", [10, 1, 2, 3])
            let told = try await space.execute("1")
            #expect(
                told.payload.errorName == "UndecodableValue" && told.error.contains("`bad` cannot be read"))
            #expect(try await space.prompt("good").result == "4")
        }
    }

    @Test func `the interpreter's own words, locale and path do not matter`() async throws {
        let directory = NSTemporaryDirectory() + "kernel-mishaps-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory + "/a b", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("answer = 42\n".utf8).write(to: URL(fileURLWithPath: directory + "/deepthought.py"))
        let path = directory + "/a b/python"
        let lines = [
            "#!/bin/sh", "echo chatter; echo noise >&2",
            "export PYTHONIOENCODING=latin-1 PYTHONSAFEPATH=1 PYTHONPATH='\(directory)'",
            "exec python3 \"$@\"", "",
        ]
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o755)
        try await with(python: path) { space in
            let prompt = try await space.prompt("print('é')\nimport deepthought; deepthought.answer")
            #expect(prompt == Prompt(prompt: 1, result: "42", stdout: "é\n", stderr: ""))
        }
    }
}
