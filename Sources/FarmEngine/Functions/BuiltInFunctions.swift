public import FarmFunctions

/// Does nothing: what benchmarks and `tasks doctor` measure the farm itself with. Every engine has it.
public struct NoopFunction: TaskFunction {
    /// Its name.
    public static let name = "noop"

    /// Makes one.
    public init() {}

    /// Takes anything, returns nothing.
    public func run(_ input: Nothing, _ context: TaskContext) async throws -> Nothing { Nothing() }
}

/// Gives back its bytes: what `tasks doctor` and payload benchmarks use. Every engine has it.
public struct EchoFunction: TaskFunction {
    /// Its name.
    public static let name = "echo"

    /// Makes one.
    public init() {}

    /// Takes raw bytes, returns them.
    public func run(_ input: [UInt8], _ context: TaskContext) async throws -> [UInt8] { input }
}
