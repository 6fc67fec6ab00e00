import Foundation
import Glibc
import MultiEngine
import Synchronization
import TaskFarm
import Testing

/// What commands print, while they run.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct EngineOutputTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    /// What was handed over.
    private final class Seen: Sendable {
        let all = Mutex<[EngineOutput]>([])

        func add(_ output: EngineOutput) { all.withLock { $0.append(output) } }

        func text(_ engine: UInt32, _ stream: TaskFarm.OutputStream = .standardOutput) -> String {
            all.withLock { all in
                all.filter { $0.engine.raw == engine && $0.stream == stream }.map(\.text).joined()
            }
        }
    }

    @Test func `C52 lines are handed over while the command runs, each once, by engine and stream`()
        async throws
    {
        try await yard.multiEngine(2) { mec in
            let seen = Seen()
            let code =
                "import sys\nprint('begun ä')\n" + yard.waiting(for: "go")
                + "print('last', end='')\nprint('oh', file=sys.stderr)\n7"
            async let results = mec.execute(code) { seen.add($0) }
            try await yard.until("both have said so, and run") {
                seen.text(0) == "begun ä\n" && seen.text(1) == "begun ä\n"
            }
            try yard.write("go", "")
            #expect(try await results.map(\.result) == ["7", "7"])
            #expect(try await results.map(\.standardOutput) == ["begun ä\nlast", "begun ä\nlast"])
            for engine in UInt32(0)..<2 {
                #expect(seen.text(engine) == "begun ä\nlast")
                #expect(seen.text(engine, .standardError) == "oh\n")
            }
        }
    }

    @Test func `what a failing command has printed is handed over, whatever bytes those are`() async throws {
        try await yard.multiEngine(1) { mec in
            let seen = Seen()
            let code =
                "import sys\nsys.stdout.buffer.write(b'\\xff\\xfe\\n\\xe4'); sys.stdout.flush()\n"
                + yard.waiting(for: "go") + "print()\nprint('end')\n1 / 0"
            async let failed = composite { try await mec.execute(code) { seen.add($0) } }
            try await yard.until("the first line has come") { seen.text(0) == "\u{FFFD}\u{FFFD}\n" }
            try yard.write("go", "")
            let failure = try #require(try await failed[EngineID(0)])
            #expect(failure.name == "ZeroDivisionError")
            #expect(seen.text(0) == "\u{FFFD}\u{FFFD}\n\u{FFFD}\nend\n")
        }
    }

    @Test func `of a flood what is kept is handed over, in order`() async throws {
        try await yard.multiEngine(1) { mec in
            let seen = Seen()
            let code =
                "for i in range(200000): print(i)\n" + yard.waiting(for: "go")
                + "for i in range(200000): print(-i)"
            async let results = mec.execute(code) { seen.add($0) }
            try await yard.until("some has come") { seen.text(0).hasPrefix("0\n1\n2\n") }
            try yard.write("go", "")
            let kept = try await results[0].standardOutput
            #expect(kept.utf8.count > 500_000 && seen.text(0) == kept)
        }
    }

    @Test func `C52 exec shows lines as they come, and does not repeat them`() throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        for fails in [false, true] {
            let code =
                "print('step 1')\n" + yard.waiting(for: "go-\(fails)") + "print('step 2')\n"
                + (fails ? "1 / 0" : "7")
            let exec = try yard.start(["multi", "exec", code])
            try yard.eventually("both are shown, and run") {
                ["[0] Out: step 1\n", "[1] Out: step 1\n"].allSatisfy { exec.output.contains($0) }
            }
            #expect(!exec.hasEnded)
            try yard.write("go-\(fails)", "")
            let ended = try exec.wait()
            #expect(ended.code == (fails ? 1 : 0))
            for step in 1...2 {
                #expect(ended.output.components(separatedBy: "step \(step)\n").count == 3, "\(ended.output)")
            }
            #expect(ended.output.contains("[1] Out[1]: 7\n") || ended.output.contains("step 2\n7\n") || fails)
        }
        // One that takes no time has its output with its result.
        let quick = try yard.ok("multi", "exec", "-t", "0", "print('hello')\n8")
        #expect(quick.output == "[0] In [3]: print('hello')\n8\n[0] Out[3]: hello\n8\n")
    }

    @Test func `the console shows lines as they come`() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.write("slow.py", "print('step 1')\n" + yard.waiting(for: "go") + "print('step 2')\n")
        let console = try yard.start(["multi", "console"], input: "%run slow.py\n1 + 1\n")
        try yard.eventually("it is shown") { console.output.contains("[0] Out: step 1\n") }
        try yard.write("go", "")
        let ended = try console.wait()
        #expect(ended.code == 0 && ended.output.components(separatedBy: "step 1\n").count == 2)
        #expect(ended.output.contains("step 2\n") && ended.output.contains("[0] Out[2]: 2\n"))
    }
}
