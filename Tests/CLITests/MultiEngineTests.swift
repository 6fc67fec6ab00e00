import Foundation
import Glibc
import MultiEngine
import Testing

/// What `MultiEngineClient` does with the namespaces of real engines.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct MultiEngineTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test func `C52 the opening session prints the results of four engines`() async throws {
        try await yard.multiEngine(4) { mec in
            #expect(try await mec.ids.map(\.raw) == [0, 1, 2, 3])
            let hello = try await mec.execute("print(\"Hello World\")")
            let shown = (0..<4).map {
                "[\($0)] In [1]: print(\"Hello World\")\n[\($0)] Out[1]: Hello World\n"
            }
            #expect(hello.description == shown.joined(separator: "\n"))
            let value = try await mec.on([1]).execute("1 + 1")
            #expect(value.description == "[1] In [2]: 1 + 1\n[1] Out[2]: 2\n")
            #expect(try await mec.on([1]).getResult()[0].result == "2")
            #expect(
                try await mec.getResult(1).map(\.standardOutput)
                    == Array(repeating: "Hello World\n", count: 4))
        }
    }

    @Test func `C52 values go in and out, one, in parts, zipped, and as they are`() async throws {
        try await yard.multiEngine(4) { mec in
            try await mec.push(["a": 1.5, "name": "x", "list": [1, 2]])
            #expect(try await mec.pull("a", as: Double.self) == [1.5, 1.5, 1.5, 1.5])
            try await mec.on([0, 2])["a"].set(3)
            #expect(try await mec["a"].get(as: Double.self) == [3, 1.5, 3, 1.5])
            #expect(try await mec.zipPull(["a", "list"], as: JSONish.self).map(\.count) == [4, 4])
            #expect(try await mec.keys() == Array(repeating: ["a", "list", "name"], count: 4))

            let numbers = (0..<10).map { Double($0) * 0.5 }
            try await mec.scatter(numbers, as: "part")
            #expect(try await mec.pull("part", as: [Double].self).map(\.count) == [3, 3, 2, 2])
            #expect(try await mec.gather("part", of: Double.self) == numbers)
            try await mec.execute("part = [float(v) * 2 for v in part]")
            #expect(try await mec.gather("part", of: Double.self) == numbers.map { $0 * 2 })
            try await mec.scatter(["a", "b", "c"], as: "words")
            #expect(try await mec.gather("words", of: String.self) == ["a", "b", "c"])

            let table = try NumberArray(.float, itemBytes: 4, extents: [5, 2], bytes: Array(0..<40))
            try await mec.scatter(table, as: "table")
            #expect(try await mec.gatherArray("table") == table)

            try await mec.on([1]).execute("part = ['x']")
            let odd = try await composite {
                _ = try await mec.zipPull(["a", "part"], as: [Double].self)
            }
            #expect(odd.failures.map(\.name) == Array(repeating: "UndecodableValue", count: 4), "\(odd)")
            let one = try await composite { _ = try await mec.zipPull(["part"], as: [Double].self) }
            #expect(one.failures.map(\.engine.raw) == [1] && one[EngineID(1)]?.command == "zipPull")
            #expect(one.result(of: EngineID(2), as: [[Double]].self) == [[6, 7]], "what it has is kept")
            try await mec.push(["b": 4])
            #expect(try await mec.on([0, 2]).zipPull(["a", "b"], as: Double.self) == [[3, 3], [4, 4]])
            #expect(
                try await mec.on(0).zipPull(["a", "a"], as: Double.self) == [[3], [3]],
                "a name may be there twice")

            try await mec.reset()
            #expect(try await mec.keys() == [[], [], [], []])
        }
    }

    @Test func `C52 functions are pushed, pulled, applied and mapped, and files are run`() async throws {
        try await yard.multiEngine(3) { mec in
            try await mec.pushFunction("def square(x):\n    return x * x", as: "sq")
            #expect(try await mec.execute("sq(7)").map(\.result) == ["49", "49", "49"])
            #expect(try await mec.on([0]).pullFunction("sq")[0].description.hasPrefix("def square(x)"))
            #expect(try await mec.apply("sq", 3, returning: Int.self) == [9, 9, 9])
            #expect(
                try await mec.apply("lambda a, b: a + b", "x", "y", returning: String.self) == [
                    "xy", "xy", "xy",
                ])
            let squares = try await mec.map("lambda x: x * x", Array(0..<8), returning: Int.self)
            #expect(squares == (0..<8).map { $0 * $0 })
            #expect(try await mec.map("sq", [0.5, 1.5], returning: Double.self) == [0.25, 2.25])
            #expect(try await mec.map("str", [Int](), returning: String.self) == [])
            let path = try yard.write("setup.py", "import helper\nready = helper.answer\n")
            try yard.write("helper.py", "answer = 42\n")
            let missing = try await composite { try await mec.run(file: path) }
            #expect(missing.failures.map(\.name) == Array(repeating: "ModuleNotFoundError", count: 3))
            #expect(missing[EngineID(0)]?.traceback.contains("setup.py\", line 1") == true)
            try await mec.execute("import sys; sys.path.insert(0, \"\(yard.directory)\")")
            try await mec.run(file: path)
            #expect(try await mec["ready"].get(as: Int.self) == [42, 42, 42])
        }
    }

    @Test func `C53 a failing command clears what is queued behind it, on its engine only`() async throws {
        try await yard.multiEngine(2) { mec in
            try await mec.on([0]).push(["fails": true])
            try await mec.on([1]).push(["fails": false])
            let code = yard.marking("begun") + yard.waiting(for: "go") + "1 / (0 if fails else 1)"
            let first = try await mec.submit(.execute(code))
            let second = try await mec.submit(.execute("after = 1"))
            try yard.eventually("both have begun") { yard.read("begun") == "xx" }
            #expect(
                try await mec.queueStatus()
                    == [0, 1].map {
                        QueueStatus(engine: EngineID($0), running: 1, queued: 1)
                    })
            #expect(!first.isReady)
            try yard.write("go", "")
            let error = try await composite { _ = try await first.value }
            #expect(error.failures.map(\.name) == ["ZeroDivisionError"])
            #expect(error.result(of: EngineID(1), as: CommandResult.self)?.result == "1.0")
            let behind = try await composite { _ = try await second.value }
            #expect(behind.failures.map(\.name) == ["QueueCleared"] && behind.failures[0].isQueueCleared)
            #expect(behind.failures[0].message.contains("\(first.job.id).0"), "\(behind)")
            #expect(try await mec.keys() == [["fails"], ["after", "fails"]])
            let joined = try await composite { try await mec.barrier(first, second) }
            #expect(joined.failures.map(\.name) == ["ZeroDivisionError", "QueueCleared"])
            #expect(try await mec.flush() >= 4)
            #expect(try await mec.flush() == 0, "all are forgotten")
        }
    }

    @Test func `C53 a queue is cleared while what runs goes on`() async throws {
        try await yard.multiEngine(1) { mec in
            let running = try await mec.submit(
                .execute(yard.marking("begun") + yard.waiting(for: "go") + "7"))
            let queued = try await mec.submit(.execute("8"))
            try yard.eventually("it has begun") { yard.exists("begun") }
            #expect(try await mec.clearQueue() == [1])
            let error = try await composite { _ = try await queued.value }
            #expect(error.failures.map(\.name) == ["QueueCleared"])
            try yard.write("go", "")
            #expect(try await running.value[0].result == "7")
            try await mec.kill()
            try yard.eventually("the engine has gone") { yard.workers.isEmpty }
        }
    }
}

/// Any number or list, for pulls of both.
struct JSONish: Decodable, Sendable {
    init(from decoder: any Decoder) throws {}
}
