import TaskFarm

// What the test engines can do. The bodies stand in `TestEngine`; here is what a client needs to know of
// them.

struct Square: TaskFunction {
    static let name = "square"
    func run(_ input: Int, _ context: TaskContext) async throws -> Int { input * input }
}

/// A struct in, text out: by way of JSON.
struct Pick: TaskFunction {
    struct Input: Codable, Sendable {
        var name: String
        var number: Int
    }
    static let name = "pick"
    func run(_ input: Input, _ context: TaskContext) async throws -> String {
        "\(input.name)/\(input.number)"
    }
}

/// A point of a sweep in, a number out; fails where the width is 3.
struct Area: TaskFunction {
    struct Input: Codable, Equatable, Sendable {
        var width: Int
        var height: Double
    }
    static let name = "area"
    func run(_ input: Input, _ context: TaskContext) async throws -> Double {
        Double(input.width) * input.height
    }
}

/// Adds one to each.
struct Total: TaskFunction {
    static let name = "total"
    func run(_ input: [Int], _ context: TaskContext) async throws -> [Int] { input.map { $0 + 1 } }
}

/// Fails for numbers that end with 3.
struct Fail: TaskFunction {
    static let name = "fail"
    func run(_ input: Int, _ context: TaskContext) async throws -> Int { input }
}

/// Fails at its first attempt.
struct FailOnce: TaskFunction {
    static let name = "fail-once"
    func run(_ input: Int, _ context: TaskContext) async throws -> Int { input }
}

/// Goes on until the test says otherwise.
struct Hold: TaskFunction {
    static let name = "hold"
    func run(_ input: Int, _ context: TaskContext) async throws -> Nothing { Nothing() }
}

/// No engine has it.
struct Missing: TaskFunction {
    static let name = "missing"
    func run(_ input: Int, _ context: TaskContext) async throws -> Int { input }
}
