import Foundation
import Glibc
import MultiEngine
import Testing

@testable import tasks

/// Commands when engines, kernels and clients come and go, and when much is moved.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct EngineLifeTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test func `C52 arrays of many megabytes are cut, kept and put together, of any kind`() async throws {
        try await yard.multiEngine(3) { mec in
            let numbers = (0..<3_000_001).map { Double($0) * 0.5 }
            try await mec.scatter(numbers, as: "a")
            #expect(try await mec.execute("len(a)").map(\.result) == ["1000001", "1000000", "1000000"])
            #expect(try await mec.gather("a", of: Double.self) == numbers)
            #expect(try await mec.gatherArray("a") == NumberArray(numbers))
            let whole = Array(-5..<1_000_000)
            try await mec.push(["n": whole, "small": [1]])
            #expect(try await mec.pull("n", as: [Int].self) == [whole, whole, whole])
            #expect(try await mec.pull(["n", "small"]).map { $0["small"]?.count } == [9, 9, 9])
            let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0) }
            try await mec.scatter(bytes, as: "raw")
            #expect(try await mec.gather("raw", of: UInt8.self) == bytes)
            let missing = try await composite { _ = try await mec.gatherArray("small2") }
            #expect(missing.failures.map(\.name) == ["NameError", "NameError", "NameError"])
            try await mec.execute("words = ['x']")
            let wrong = try await composite { _ = try await mec.gatherArray("words") }
            #expect(wrong[EngineID(0)]?.message.contains("expected an array of numbers") == true)
        }
    }

    @Test func `C53 a restart ends what runs, and gives empty namespaces`() async throws {
        try await yard.multiEngine(2) { mec in
            try await mec.push(["x": 5])
            let loop = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + yard.marking("begun")
            let pending = try await mec.on([0]).submit(.execute(loop + "while True: pass"))
            let behind = try await mec.on([0]).submit(.execute("1"))
            try yard.eventually("it has begun") { yard.exists("begun") }
            try await mec.on([0]).restart()
            let error = try await composite { _ = try await pending.value }
            #expect(error.failures.map(\.name) == ["KernelDied"])
            #expect(try await composite { _ = try await behind.value }.failures[0].isQueueCleared)
            #expect(try await mec.keys() == [[], ["x"]])
            #expect(try await mec.on([0]).execute("1 + 1")[0].prompt == 1)
        }
    }

    @Test func `an admin ends the engines, and the controller with them`() async throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1")
        let mec = try await MultiEngineClient.connect(
            capability: "\(yard.home)/farm/default/security/admin.json")
        try await mec.waitForEngines(2)
        try await mec.on([1]).kill()
        try yard.eventually("one is left") {
            try yard.tasks("engine", "list", "-o", "json").objects().count == 1
        }
        try await mec.kill(controller: true)
        try yard.eventually("nobody is left") { yard.workers.isEmpty }
        await mec.close()
        _ = try yard.tasks("cluster", "stop", "--now")
    }

    @Test func `the command of a client that was killed goes on, and others can interrupt it`() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let exec = try yard.start(["multi", "exec", yard.marking("begun") + "while True: pass"])
        try yard.eventually("it has begun") { yard.exists("begun") }
        exec.signal(SIGKILL)
        _ = try exec.wait()
        #expect(
            try yard.ok("multi", "status", "-o", "jsonl").output
                == "{\"engine\":0,\"running\":1,\"queued\":0}\n")
        #expect(try yard.ok("multi", "interrupt").output == "1 command interrupted\n")
        try yard.ok("multi", "exec", "1")
    }

    @Test func `C54 pull prints what the other engines have, and the last engines can be named`() throws {
        try yard.ok("cluster", "start", "-n", "3", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.ok("multi", "exec", "-t", "-2:", "z = 1")
        let ended = try yard.tasks("multi", "pull", "z")
        #expect(ended.code == 1 && ended.output == "[1] 1\n[2] 1\n", "\(ended.output)")
        #expect(ended.errors.contains("[0:pull]:") && ended.errors.contains("NameError"))
        let file = try yard.tasks("multi", "pull", "z", "-o", "z.json")
        #expect(file.code == 1 && !yard.exists("z.json"))
        let minus = try yard.tasks("multi", "exec", "-t", "-1", "1")
        #expect(minus.code == 2 && minus.errors.contains("-1: for the last"), "\(minus.errors)")
    }

    @Test func `two consoles keep each other's history`() throws {
        let path = "\(yard.directory)/history"
        var (one, other) = (LineHistory(path: path), LineHistory(path: path))
        one.add("a = 1")
        other.add("b = 2\nc = 3")
        one.add("d = 4")
        #expect(LineHistory(path: path).entries == ["a = 1", "b = 2\nc = 3", "d = 4"])
        for number in 0..<2_500 { one.add("\(number)") }
        #expect(LineHistory(path: path).entries.count == 1_000)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.split(separator: "\n").count == 1_000 && text.hasSuffix("2499\n"), "it was shortened")
    }
}
