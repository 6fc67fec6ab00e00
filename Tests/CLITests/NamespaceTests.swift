import Foundation
import TaskFarm
import Testing

/// Calls of the namespace's functions as a client makes them. They run on the engine, never here.
enum Calls {
    struct Answer: Codable, Sendable {
        var prompt: Int
        var result: String?
        var stdout: String
        var stderr: String
    }

    struct Execute: TaskFunction {
        static let name = "namespace.execute"
        func run(_ input: [String: String], _ context: TaskContext) async throws -> Answer {
            throw NotHere("")
        }
    }

    struct Push: TaskFunction {
        static let name = "namespace.push"
        func run(_ input: [UInt8], _ context: TaskContext) async throws -> Nothing { throw NotHere("") }
    }

    struct Pull: TaskFunction {
        static let name = "namespace.pull"
        func run(_ input: [String], _ context: TaskContext) async throws -> [UInt8] { throw NotHere("") }
    }
}

/// The namespace of real engines, through a real controller.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct NamespaceTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func with(_ engines: Int, _ body: (TaskClient) async throws -> Void) async throws {
        try yard.ok("cluster", "start", "-n", "\(engines)")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let client = try await TaskClient.connect(
            capability: "\(yard.home)/farm/default/security/multiengine-client.json")
        try await body(client)
        await client.close()
    }

    private func options(_ engine: Int) -> TaskOptions {
        var options = TaskOptions(targets: ["\(engine)"])
        options.lane = "namespace"
        return options
    }

    @Test func `C52 Hello World on four engines, each with a namespace of its own`() async throws {
        try await with(4) { client in
            for engine in 0..<4 {
                let answer = try await client.run(
                    Calls.Execute.self, ["code": "print(\"Hello World\")\nx = \(engine)"],
                    options: options(engine))
                #expect(answer.stdout == "Hello World\n" && answer.prompt == 1)
            }
            for engine in 0..<4 {
                let answer = try await client.run(Calls.Execute.self, ["code": "x"], options: options(engine))
                #expect(answer.result == "\(engine)" && answer.prompt == 2)
            }
        }
    }

    @Test
    func `C52 what is pushed is there for code, what code makes can be pulled, and 64 MiB cross as they are`()
        async throws
    {
        try await with(1) { client in
            let numbers = (0..<8 << 20).map(Double.init)
            var bundle = PayloadBundle()
            try bundle.set(numbers, for: "a")
            try bundle.set("text", for: "t")
            _ = try await client.run(Calls.Push.self, bundle.encoded(), options: options(0))
            let answer = try await client.run(
                Calls.Execute.self, ["code": "b = a[-3:]\nt.upper()"], options: options(0))
            #expect(answer.result == "'TEXT'")
            let pulled = try await client.run(Calls.Pull.self, ["a", "b"], options: options(0))
            let values = try PayloadBundle(decoding: pulled)
            #expect(try values.value("b", as: [Double].self) == Array(numbers.suffix(3)))
            #expect(try values.value("a", as: [Double].self) == numbers)
        }
    }
}
