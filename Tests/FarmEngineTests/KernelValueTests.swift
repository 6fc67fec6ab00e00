import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

/// What values become in Python, and what Python's become.
@Suite(.timeLimit(.minutes(2))) struct KernelValueTests {
    private func with(
        python: String = "python3", _ body: (NamespaceHarness) async throws -> Void
    ) async throws {
        let space = try NamespaceHarness(python: python)
        defer { space.stop() }
        try await body(space)
    }

    /// A Python without NumPy, whatever the real one has.
    private static func plainPython(in directory: String) throws -> String {
        try script(
            "plain", in: directory,
            "exec python3 -c 'import sys; sys.modules[\"numpy\"] = None; "
                + "code = sys.argv.pop(1); sys.argv[0] = \"-c\"; exec(code)' \"$2\" \"$3\"")
    }

    private static func script(_ name: String, in directory: String, _ line: String) throws -> String {
        let path = directory + "/" + name
        try Data("#!/bin/sh\n\(line)\n".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o755)
        return path
    }

    private static func scratch() throws -> String {
        let path = NSTemporaryDirectory() + "kernel-values-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test(
        arguments: [
            ("None", [0]), ("b'\\x01\\x02'", [1, 1, 2]), ("bytearray(b'a')", [1, 97]),
            ("{'a': [1, 2.5, None, True, 'é']}", [2] + Array("{\"a\": [1, 2.5, null, true, \"é\"]}".utf8)),
            ("2**70", [2] + Array("1180591620717411303424".utf8)),
            ("-2", [3, 254, 255, 255, 255, 255, 255, 255, 255]),
            ("2.5", [4, 0, 0, 0, 0, 0, 0, 4, 64]), ("'hé'", [5] + Array("hé".utf8)), ("True", [6, 1]),
            ("array.array('d', [2.5])", [7, 0, 0, 0, 0, 0, 0, 4, 64]),
            ("array.array('q', [1])", [8, 1, 0, 0, 0, 0, 0, 0, 0]),
            ("array.array('h', [1, 2])", [9, 0x69, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0]),
            ("memoryview(b'abc')", [9, 0x75, 1, 1, 3, 0, 0, 0, 0, 0, 0, 0, 97, 98, 99]),
        ] as [(String, [UInt8])]) func `each kind of value has its codec`(
            _ expression: String, _ payload: [UInt8]
        ) async throws
    {
        try await with { space in
            _ = try await space.prompt("import array\nx = \(expression)")
            #expect(try await space.pull("x")["x"] == payload)
            // And it comes back as it was, but for buffers.
            _ = await space.push("y", payload)
            let same = "list(x) == list(y) if type(x) in (array.array, memoryview) else x == y"
            #expect(try await space.prompt(same).result == "True")
        }
    }

    @Test func `what JSON would spoil is pickled`() async throws {
        try await with { space in
            _ = try await space.prompt("import math, datetime")
            for expression in [
                "{1: 2}", "[math.nan]", "{1, 2}", "1 + 2j", "datetime.date(2026, 11, 23)", "'\\ud800'",
            ] {
                _ = try await space.prompt("x = \(expression)")
                let payload = try #require(try await space.pull("x")["x"])
                #expect(payload.first == PayloadCodec.pickle.rawValue, "\(expression)")
                _ = await space.push("y", payload)
                #expect(try await space.prompt("repr(x) == repr(y)").result == "True")
            }
        }
    }

    @Test func `Python gets tuples back as tuples, and others read them as lists`() async throws {
        try await with { space in
            _ = try await space.prompt("x = (1, {'a': [(2, 3)]}); n = ()")
            let bundle = try await space.pull("x", "n")
            let payload = try #require(bundle["x"])
            #expect(payload.first == PayloadCodec.jsonAndPickle.rawValue)
            #expect(try PayloadCodec.json(payload) == "[1, {\"a\": [[2, 3]]}]")
            #expect(try bundle.value("n", as: [Int].self) == [])
            _ = await space.push("y", payload)
            #expect(try await space.prompt("x == y and type(y[1]['a'][0]) is tuple").result == "True")
        }
    }

    @Test(
        arguments: [
            "x = []\nx.append(x); x.append(x)", "x = {}\nk = {'up': x}\nx['a'] = k; x['b'] = k",
            "x = []\nfor _ in range(40): x = [x, x]", "x = []\nfor _ in range(400): x = [x]",
            "x = 10 ** 5000",
        ])
    func `a value that holds itself, or would be endless as JSON, is pickled at once`(_ code: String)
        async throws
    {
        try await with { space in
            _ = try await space.prompt(code)
            let payload = try #require(try await space.pull("x")["x"])
            #expect(payload.first == PayloadCodec.pickle.rawValue && payload.count < 10_000)
            #expect(await space.push("y", payload).state == .succeeded)
        }
        try await with { space in
            _ = try await space.prompt("row = [1.5, 2]\nx = [[row] * 3] * 1000")
            #expect(try await space.pull("x").value("x", as: [[[Double]]].self).count == 1000)
        }
    }

    @Test func `arrays of any shape cross as they are, with NumPy`() async throws {
        try await with { space in
            guard try await space.execute("import numpy as np").state == .succeeded else {
                print("NumPy is not installed: its half of this is not tested")
                return
            }
            let grid = try NumberArray(
                .float, itemBytes: 4, extents: [2, 3],
                bytes: [Float(0), 1, 2, 3, 4, 5].withUnsafeBytes { [UInt8]($0) })
            _ = await space.push("g", grid.payload)
            #expect(
                try await space.prompt("(type(g).__name__, g.dtype.str, g.shape, g.flags.writeable)").result
                    == "('ndarray', '<f4', (2, 3), True)")
            _ = try await space.prompt(
                "t = g.T.astype('>f4') * 2; z = np.zeros((2, 0)); c = np.array([1 + 2j])")
            let pulled = try await space.pull("t", "z", "c")
            let turned = try pulled.value("t", as: NumberArray.self)
            #expect(turned.extents == [3, 2] && turned.floats == [0, 6, 2, 8, 4, 10])
            #expect(try pulled.value("t", as: [[Double]].self) == [[0, 6], [2, 8], [4, 10]])
            #expect(try pulled.value("z", as: NumberArray.self).extents == [2, 0])
            #expect(try PayloadCodec.json(try #require(pulled["c"])) == "[[1.0,2.0]]")
            _ = try await space.prompt("long = np.longdouble(2.5); longs = np.ones(2, np.longdouble)")
            let long = try await space.pull("long", "longs")
            #expect(long.entries.allSatisfy { $0.payload.first == PayloadCodec.pickle.rawValue })
            _ = try await space.prompt("s = np.float64(2.5); i = np.int32(7); l = np.arange(3)")
            let scalars = try await space.pull("s", "i", "l")
            #expect(scalars["s"]?.first == 4 && scalars["i"]?.first == 3 && scalars["l"]?.first == 8)
        }
    }

    @Test func `without NumPy arrays are memoryviews of their shape`() async throws {
        let directory = try Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await with(python: try Self.plainPython(in: directory)) { space in
            let grid = try NumberArray(
                .int, itemBytes: 2, extents: [2, 2], bytes: [1, 0, 2, 0, 3, 0, 4, 0])
            _ = await space.push("g", grid.payload)
            _ = await space.push("d", try PayloadCodec.encode([1.5, 2.5]))
            #expect(
                try await space.prompt("(type(g).__name__, g.tolist(), g.format, d.tolist())").result
                    == "('memoryview', [[1, 2], [3, 4]], 'h', [1.5, 2.5])")
            let halves = try NumberArray(.float, itemBytes: 2, extents: [2], bytes: [0, 0x3E, 0, 0x40])
            _ = await space.push("h", halves.payload)
            #expect(try await space.prompt("h.format, h.tolist()").result == "('f', [1.5, 2.0])")
            _ = try await space.prompt("d[0] = 7.0")
            #expect(try await space.pull("g", "d")["g"] == grid.payload)
            #expect(try await space.pull("d").value("d", as: [Double].self) == [7, 2.5])
        }
    }

    @Test func `what cannot be sent is told by its name and type, and what cannot be read by its name`()
        async throws
    {
        try await with { space in
            _ = try await space.prompt("g = (i for i in [])\nx = 1")
            let ended = await space.call("pull", try PayloadCodec.encode(["x", "g"]))
            #expect(ended.payload.errorName == "UnpicklableValue" && ended.cause == .badResult)
            #expect(ended.error.hasPrefix("`g`, of type `generator`, cannot be sent"))
            let unknown = await space.call("pull", try PayloadCodec.encode(["nothing"]))
            #expect(
                unknown.payload.errorName == "NameError" && unknown.error == "name 'nothing' is not defined")
            let broken = await space.push("p", [10, 1, 2, 3])
            #expect(
                broken.payload.errorName == "UndecodableValue" && broken.error.hasPrefix("`p` cannot be read")
            )
            let damaged = await space.push("d", [7, 1, 2, 3])
            #expect(damaged.payload.errorName == "BadInput" && damaged.error.contains("`d`"))
            #expect(await space.call("push", [1, 9, 9]).payload.errorName == "BadInput")
            let number = await space.call("execute", try PayloadCodec.encode(7))
            #expect(number.payload.errorName == "BadInput")
            #expect(try await space.prompt("x").result == "1")
        }
    }

    @Test func `functions cross by their source, and by their code where there is more to them`() async throws
    {
        try await with { one in
            _ = try await one.prompt(
                "def double(x, by=2):\n    return x * by\nk = 3\ntriple = lambda x: x * k\n"
                    + "def many(x, by=k): return x * by")
            _ = try await one.prompt(
                "def make(n):\n    def add(x): return x + n\n    return add\nadd5 = make(5)")
            let bundle = try await one.pull("double", "triple", "add5", "many")
            let text = String(decoding: try #require(bundle["double"]), as: UTF8.self)
            #expect(text.contains("\"source\": \"def double(x, by=2):"))
            #expect(String(decoding: try #require(bundle["triple"]), as: UTF8.self).contains("\"marshal\""))
            try await with { other in
                _ = try await other.prompt("k = 10")
                #expect(await other.push(bundle).state == .succeeded)
                #expect(
                    try await other.prompt("double(4), triple(4), add5(1), many(2)").result == "(8, 40, 6, 6)"
                )
            }
        }
    }

    @Test func `apply calls a function that goes with it, or one of the namespace`() async throws {
        try await with { space in
            var bundle = PayloadBundle()
            let source = "def f(a, b=0, *, c=0): return sum(a) + b + c"
            let function = JSONValue.object([
                JSONMember("name", .string("f")), JSONMember("source", .string(source)),
            ])
            bundle.set([11] + function.encoded(), for: "function")
            bundle.set(PayloadCodec.payload(json: Array("[{\"$value\": \"v\"}, 1]".utf8)), for: "args")
            bundle.set(
                PayloadCodec.payload(json: Array("{\"c\": {\"$value\": \"here\"}}".utf8)), for: "kwargs")
            bundle.set(try PayloadCodec.encode([1.5, 2.5]), for: "v")
            _ = try await space.prompt("here = 100")
            let ended = await space.call("apply", [1] + bundle.encoded())
            #expect(try ended.value(Double.self) == 105)
            var named = PayloadBundle()
            named.set(try PayloadCodec.encode("math.hypot"), for: "function")
            named.set(try PayloadCodec.encode([3, 4]), for: "args")
            let missing = await space.call("apply", [1] + named.encoded())
            #expect(missing.payload.errorName == "NameError" && missing.error == "name 'math' is not defined")
            _ = try await space.prompt("import math")
            #expect(try await space.call("apply", [1] + named.encoded()).value(Double.self) == 5)
        }
    }

    @Test(
        arguments: [
            ("absent", nil, "PythonMissing", "no program"),
            (
                "old",
                "exec python3 -c 'import sys; sys.version_info = (3, 8, 10); sys.version = \"3.8.10 (default)\"; exec(sys.argv[1])' \"$2\"",
                "PythonTooOld", "is Python 3.8.10"
            ),
            (
                "else", "echo I am no snake >&2; exit 4", "PythonNotStarted",
                "exit code 4, saying “I am no snake”"
            ),
        ] as [(String, String?, String, String)])
    func `an interpreter that will not do is told from others, and what to do`(
        _ name: String, _ line: String?, _ error: String, _ words: String
    ) async throws {
        let directory = try Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = try line.map { try Self.script(name, in: directory, $0) } ?? "\(directory)/\(name)"
        try await with(python: path) { space in
            for _ in 0..<2 {
                let ended = try await space.execute("1")
                #expect(ended.payload.errorName == error && ended.cause == .notStarted)
                #expect(
                    ended.error.contains(words) && ended.error.contains("--python PATH"), "\(ended.error)")
            }
            // What needs no Python goes on.
            let pushed = await space.push("x", try PayloadCodec.encode(4))
            #expect(pushed.state == .succeeded)
            #expect(try await space.pull("x").value("x", as: Int.self) == 4)
            #expect(try await space.keys() == ["x"])
        }
    }
}
