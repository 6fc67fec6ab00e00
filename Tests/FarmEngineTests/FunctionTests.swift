import Dispatch
import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Synchronization
import Testing

@testable import FarmEngine

@Suite(.timeLimit(.minutes(1))) struct FunctionTests {
    struct Double2: TaskFunction {
        static let name = "double"
        func run(_ input: Int, _ context: TaskContext) async throws -> Int { input * 2 }
    }

    struct Failing: TaskFunction {
        struct Oops: Error, CustomStringConvertible { var description: String { "oops, 42" } }
        static let name = "failing"
        func run(_ input: Nothing, _ context: TaskContext) async throws -> Nothing { throw Oops() }
    }

    struct Sleeper: TaskFunction {
        static let name = "sleeper"
        func run(_ input: Nothing, _ context: TaskContext) async throws -> Nothing {
            context.log("asleep")
            try await Task.sleep(for: .seconds(1000))
            return Nothing()
        }
    }

    /// Does not look at cancellation until it is let go.
    struct Stubborn: TaskFunction {
        static let name = "stubborn"
        static let gate = DispatchSemaphore(value: 0)
        func run(_ input: Nothing, _ context: TaskContext) async throws -> Nothing {
            context.log("here")
            Self.wait()
            return Nothing()
        }
        static func wait() { gate.wait() }
    }

    /// Returns when both of a pair have come: blocks its thread until then.
    struct Meeting: TaskFunction {
        static let name = "meeting"
        static let first = DispatchSemaphore(value: 0)
        static let second = DispatchSemaphore(value: 0)
        func run(_ input: Int, _ context: TaskContext) async throws -> Nothing {
            Self.meet(input)
            return Nothing()
        }
        static func meet(_ input: Int) {
            if context(input) { first.signal(); second.wait() } else { second.signal(); first.wait() }
        }
        static func context(_ input: Int) -> Bool { input == 0 }
    }

    struct Describe: TaskFunction {
        static let name = "describe"
        func run(_ input: [String: Int], _ context: TaskContext) async throws -> String {
            "\(context.task) \(context.attempt) \(context.name) \(context.engine) \(context.parameters["n"] ?? "-") \(input)"
        }
    }

    struct Cancelled: TaskFunction {
        static let name = "cancelled?"
        func run(_ input: Nothing, _ context: TaskContext) async throws -> Bool { context.isCancelled }
    }

    struct LookUp: TaskFunction {
        static let name = "look-up"
        func run(_ input: Int, _ context: TaskContext) async throws -> String {
            try context.shared(as: [String].self)[input]
        }
    }

    struct Ranks: TaskFunction {
        static let name = "ranks"
        func run(_ input: Nothing, _ context: TaskContext) async throws -> [Int] {
            [context.rank, context.rankCount] + context.poolRanks
        }
    }

    private static let all: [any TaskFunction.Type] = [
        Double2.self, Failing.self, Sleeper.self, Stubborn.self, Meeting.self, Describe.self, Cancelled.self,
        LookUp.self, Ranks.self,
    ]

    private func harness(slots: Int = 1) throws -> EngineHarness {
        try EngineHarness(slots: slots, functions: Self.all)
    }

    private func call(_ name: String, with input: JSONValue? = nil) -> TaskTemplate {
        TaskTemplate(.function(name, with: input))
    }

    @Test func `a function's value comes back`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        harness.define(call("double"))
        harness.dispatch(0..<3, payload: try PayloadCodec.encode(21))
        for index in 0..<3 as Range<UInt32> {
            let ended = await harness.end(of: index)
            #expect(ended.state == .succeeded)
            #expect(try ended.value(Int.self) == 42)
        }
    }

    @Test func `the value of with is its input`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        #expect(try await harness.run(call("double", with: .number("4"))).value(Int.self) == 8)
    }

    @Test func `calls share one value beside their own inputs`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        var template = call("look-up")
        template.shared = try PayloadCodec.encode(["zero", "one", "two"])
        harness.define(template)
        for index in 0..<3 as Range<UInt32> {
            harness.dispatch(index..<(index + 1), payload: try PayloadCodec.encode(Int(index)))
            let word = try await harness.end(of: index).value(String.self)
            #expect(word == ["zero", "one", "two"][Int(index)])
        }
    }

    @Test func `a function knows its rank, how many there are, and where in the pool they are`() async throws
    {
        let harness = try harness(slots: 2)
        defer { harness.stop() }
        harness.define(call("ranks"))
        harness.dispatch(gang: 0, GangSeat(rank: 1, poolRanks: [0, 2, 3]))
        harness.dispatch(1..<2)
        #expect(try await harness.end(of: 0).value([Int].self) == [1, 3, 0, 2, 3])
        #expect(try await harness.end(of: 1).value([Int].self) == [0, 1], "alone, as one rank of one")
    }

    @Test func `a call that wants what nobody shares fails with words`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        harness.define(call("look-up"))
        harness.dispatch(0..<1, payload: try PayloadCodec.encode(0))
        let ended = await harness.end(of: 0)
        #expect(ended.state == .failed && ended.error.contains("the submission shares nothing"))
    }

    @Test func `a function knows its task`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        var template = call("describe")
        template.payloadParameters = ["n"]
        harness.define(template, name: "solve")
        harness.dispatch(7..<8, attempt: 2, payload: PayloadCodec.payload(json: "{\"n\": 64}".utf8))
        let ended = await harness.end(of: 7, attempt: 2)
        #expect(try ended.value(String.self).hasPrefix("1.7 2 solve/n=64 harness"))
    }

    @Test func `a thrown error is told with its name`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        let ended = await harness.run(call("failing"))
        #expect(ended.state == .failed)
        #expect(ended.cause == .failure)
        #expect(ended.error == "oops, 42")
        #expect(ended.payload.errorName == "Oops")
    }

    @Test func `an unknown function is told with the nearest and with what there is`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        let ended = await harness.run(call("duoble"))
        #expect(ended.cause == .notStarted)
        #expect(ended.error.contains("no function `duoble` (did you mean `double`?)"))
        #expect(ended.error.contains("; it has cancelled?, describe, double"))
    }

    @Test func `an input that does not fit is not started`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        harness.define(call("double"))
        harness.dispatch(0..<1, payload: try PayloadCodec.encode("ten"))
        let ended = await harness.end(of: 0)
        #expect(ended.cause == .notStarted)
        #expect(ended.error.contains("expected Int, got a string (\"ten\")"))
    }

    @Test func `a template that cannot be read fails its tasks and nothing else`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        let message = TemplateMessage(
            job: JobID(1), group: 5, name: "bad", timeoutNanoseconds: 0, graceNanoseconds: 0, cpus: 1,
            template: Array("{nonsense".utf8), surroundings: [])
        harness.perform { harness.receive(.template, message) }
        harness.dispatch(50..<51, group: 5)
        #expect(await harness.end(of: 50).cause == .notStarted)
        harness.define(call("double"))
        harness.dispatch(0..<1, payload: try PayloadCodec.encode(1))
        #expect(await harness.end(of: 0).state == .succeeded)
    }

    @Test func `functions that block do not keep each other from running`() async throws {
        let harness = try harness(slots: 2)
        defer { harness.stop() }
        harness.define(call("meeting"))
        harness.dispatch(0..<1, payload: try PayloadCodec.encode(0))
        harness.dispatch(1..<2, payload: try PayloadCodec.encode(1))
        #expect(await harness.end(of: 0).state == .succeeded)
        #expect(await harness.end(of: 1).state == .succeeded)
    }

    @Test func `C35 a cancelled function stops, and the next on its slot is not cancelled`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        harness.define(call("sleeper"), group: 0)
        harness.define(call("cancelled?"), group: 1)
        harness.dispatch(0..<1, group: 0)
        harness.dispatch(1..<2, group: 1)
        let message = await harness.output(containing: "asleep")
        #expect(message.stream == .error)
        harness.cancel(0)
        let ended = await harness.end(of: 0)
        #expect(ended.state == .cancelled)
        #expect(ended.error == "cancelled")
        #expect(ended.errorOutput == "asleep\n")
        #expect(try await harness.end(of: 1).value(Bool.self) == false)
    }

    @Test
    func `C53 a function in a lane runs beside a full slot, and an interrupt is a cancellation of its own`()
        async throws
    {
        let harness = try harness()
        defer { harness.stop() }
        harness.define(call("sleeper"), group: 0)
        harness.define(call("sleeper"), group: 1, lane: "x")
        harness.define(call("cancelled?"), group: 2, lane: "x")
        harness.dispatch(0..<1, group: 0)
        _ = await harness.output(containing: "asleep")
        harness.dispatch(1..<2, group: 1)
        harness.dispatch(2..<3, group: 2)
        harness.interrupt(1)
        let ended = await harness.end(of: 1)
        #expect(ended.state == .failed && ended.cause == .failure, "it threw, as it chose to")
        #expect(try await harness.end(of: 2).value(Bool.self) == false, "the next is not cancelled")
        harness.cancel(0)
        #expect(await harness.end(of: 0).state == .cancelled)
    }

    @Test func `a function is told of its timeout`() async throws {
        let harness = try harness()
        defer { harness.stop() }
        let ended = await harness.run(call("sleeper"), timeout: .milliseconds(50))
        #expect(ended.state == .failed)
        #expect(ended.cause == .timeout)
        #expect(ended.error == "timed out after 50ms")
    }

    @Test func `what ignores cancellation is reported, and its worker asks to be renewed`() async throws {
        let harness = try harness(slots: 2)
        defer {
            Stubborn.gate.signal()
            harness.stop()
        }
        harness.define(call("stubborn"), timeout: .milliseconds(50), grace: .milliseconds(50))
        harness.dispatch(0..<1)
        let ended = await harness.end(of: 0)
        #expect(ended.cause == .timeout)
        #expect(ended.error.contains("ignores cancellation"))
        #expect(await harness.exitCode() == WorkerExit.restart)
    }

    @Test func `many small tasks go back in few messages`() async throws {
        let harness = try EngineHarness(slots: 1)
        defer { harness.stop() }
        harness.define(call("noop"))
        harness.dispatch(0..<5000)
        await harness.count(5000)
        #expect(harness.resultMessages < 2500)
    }

    @Test func `two functions of one name are refused, but a built-in gives way`() throws {
        struct Noop: TaskFunction {
            static let name = "noop"
            func run(_ input: Int, _ context: TaskContext) async throws -> Int { input }
        }
        #expect(throws: EngineError.self) { try FunctionRegistry([Double2.self, Double2.self]) }
        #expect(throws: Never.self) { try FunctionRegistry([Noop.self]) }
    }
}
