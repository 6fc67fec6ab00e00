import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

/// The namespace as Swift functions see it, with a kernel and without.
@Suite(.timeLimit(.minutes(2))) struct NamespaceTests {
    struct Keep: TaskFunction {
        static let name = "keep"
        func run(_ input: [String: Double], _ context: TaskContext) async throws -> [String] {
            for (name, value) in input { try await context.namespace.set(value, for: name) }
            try await context.namespace.set([Float(1), 2], for: "floats")
            try await context.namespace.set(bytes: [1, 2], for: "raw")
            return try await context.namespace.keys
        }
    }

    struct Fetch: TaskFunction {
        static let name = "fetch"
        func run(_ input: String, _ context: TaskContext) async throws -> Double {
            try await context.namespace.get(input)
        }
    }

    private func fetch(_ name: String, _ space: NamespaceHarness, _ index: UInt32) async throws
        -> EngineHarness.Ended
    {
        space.engine.define(TaskTemplate(.function("fetch", with: nil)), group: 90)
        space.engine.dispatch(index..<index + 1, group: 90, payload: try PayloadCodec.encode(name))
        return await space.engine.end(of: index)
    }

    @Test func `Swift's values become Python's variables when a kernel is started, and back`() async throws {
        let space = try NamespaceHarness(functions: [Keep.self, Fetch.self])
        defer { space.stop() }
        space.engine.define(TaskTemplate(.function("keep", with: nil)), group: 91)
        space.engine.dispatch(1000..<1001, group: 91, payload: try PayloadCodec.encode(["x": 2.5]))
        #expect(try await space.engine.end(of: 1000).value([String].self) == ["floats", "raw", "x"])
        #expect(try await fetch("x", space, 1001).value(Double.self) == 2.5)
        #expect(
            try await space.prompt("y = x * 2\n(x, floats.tolist(), raw)").result
                == "(2.5, [1.0, 2.0], b'\\x01\\x02')")
        #expect(try await fetch("y", space, 1002).value(Double.self) == 5)
        let missing = try await fetch("nothing", space, 1003)
        #expect(
            missing.payload.errorName == "NamespaceError" && missing.error == "name 'nothing' is not defined")
    }

    @Test func `a function that waits for the kernel can be cancelled`() async throws {
        let space = try NamespaceHarness(slots: 2, functions: [Fetch.self])
        defer { space.stop() }
        let busy = try space.beginExecute("print('on')\nwhile True: pass")
        _ = await space.engine.output(containing: "on")
        space.engine.define(TaskTemplate(.function("fetch", with: nil)), group: 90)
        space.engine.dispatch(1000..<1001, group: 90, payload: try PayloadCodec.encode("x"))
        space.engine.cancel(1000)
        #expect(await space.engine.end(of: 1000).state == .cancelled)
        space.engine.interrupt(busy)
        _ = await space.engine.end(of: busy)
    }

    @Test func `what an engine holds without a kernel is bounded`() throws {
        var held = HeldValues()
        let half = [UInt8](repeating: 1, count: HeldValues.limitBytes / 2)
        try held.set(half, for: "a")
        try held.set(half, for: "b")
        #expect(throws: NamespaceError.self) { try held.set([1], for: "c") }
        try held.set([1], for: "b")
        try held.set([1], for: "c")
        #expect(held.keys == ["a", "b", "c"])
    }

    @Test func `a test of a function has a namespace in memory`() async throws {
        let context = TaskContext()
        try await context.namespace.set([1, 2, 3], for: "a")
        #expect(try await context.namespace.get("a", as: [Int].self) == [1, 2, 3])
        try await context.namespace.remove("a")
        await #expect(throws: NamespaceError.self) { try await context.namespace.remove("a") }
    }

    @Test func `nobody else's function is called as the namespace's are`() {
        struct Mine: TaskFunction {
            static let name = "namespace.mine"
            func run(_ input: Nothing, _ context: TaskContext) async throws -> Nothing { input }
        }
        #expect(throws: EngineError.self) { try FunctionRegistry([Mine.self]) }
    }

    /// Random bytes, and good ones spoilt, must be refused or read; never trap.
    @Test func `no frame, bundle or array can break its reader`() {
        var generator = SplitMix(seed: 20_261_123)
        var bundle = PayloadBundle()
        bundle.set([3, 1, 0, 0, 0, 0, 0, 0, 0], for: "x")
        bundle.set(NumberArray([1.5, 2.5] as [Float]).payload, for: "numbers")
        let good: [[UInt8]] = [
            bundle.encoded(), NumberArray([1, 2, 3] as [Int32]).payload,
            [1, 2, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0], [12] + bundle.encoded(),
        ]
        for round in 0..<20_000 {
            var bytes = good[round % good.count]
            switch generator.next() % 4 {
            case 0:
                bytes = (0..<Int(generator.next() % 64)).map { _ in
                    UInt8(truncatingIfNeeded: generator.next())
                }
            case 1: bytes.removeLast(Int(generator.next() % UInt64(bytes.count)))
            default:
                for _ in 0...generator.next() % 3 {
                    bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(
                        truncatingIfNeeded: generator.next())
                }
            }
            if let read = try? PayloadBundle(decoding: bytes) { #expect(read.encoded() == bytes) }
            if let array = try? NumberArray(payload: bytes), bytes[0] == 9, array.payload[0] == 9 {
                #expect(array.payload == bytes)
            }
            _ = try? PayloadCodec.json(bytes)
            _ = try? PayloadCodec.decode([Int].self, from: bytes)
            if let answer = KernelAnswer(bytes) { _ = KernelReport(KernelError(answer)) }
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        init(seed: UInt64) { state = seed }
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
