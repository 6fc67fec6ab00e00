/// The functions of an engine's namespace (docs/protocol.md), as their callers know them. They run on
/// engines.
enum EngineCalls {
    /// What `namespace.execute` and `namespace.result` give.
    struct Answer: Codable, Sendable {
        var prompt: Int
        var code: String?
        var result: String?
        var stdout: String
        var stderr: String
    }

    /// What `namespace.execute` takes.
    struct Code: Codable, Sendable {
        var code: String
        var file: String?
    }

    struct Execute: EngineCall {
        static let name = "namespace.execute"
        typealias Input = Code
        typealias Output = Answer
    }

    struct Push: EngineCall {
        static let name = "namespace.push"
        typealias Input = PayloadBundle
        typealias Output = Nothing
    }

    /// The same, from parts of lists.
    struct Scatter: EngineCall {
        static let name = Push.name
        typealias Input = PackedBundle
        typealias Output = Nothing
    }

    struct Pull: EngineCall {
        static let name = "namespace.pull"
        typealias Input = [String]
        typealias Output = PayloadBundle
    }

    struct Keys: EngineCall {
        static let name = "namespace.keys"
        typealias Input = Nothing
        typealias Output = [String]
    }

    struct Reset: EngineCall {
        static let name = "namespace.reset"
        typealias Input = Nothing
        typealias Output = Nothing
    }

    /// Takes a bundle that is encoded already; gives whatever the function gives.
    struct Apply: EngineCall {
        static let name = "namespace.apply"
        typealias Input = [UInt8]
        typealias Output = Nothing
    }

    struct Result: EngineCall {
        static let name = "namespace.result"
        typealias Input = Int?
        typealias Output = Answer
    }

    struct Restart: EngineCall {
        static let name = "namespace.restart"
        typealias Input = Nothing
        typealias Output = Nothing
    }
}

/// A function that every engine has, and nobody else.
protocol EngineCall: TaskFunction {}

extension EngineCall {
    func run(_ input: Input, _ context: TaskContext) async throws -> Output {
        throw NotHere("\(Self.name) runs on engines only")
    }
}
