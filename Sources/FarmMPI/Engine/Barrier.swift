public import FarmEngine

/// Meets the other ranks in a barrier and parts: what pools are tried and measured with.
public struct Barrier: CollectiveFunction {
    /// Its name.
    public static let name = "barrier"

    /// Makes one.
    public init() {}

    /// Takes anything; returns how many ranks there were.
    public func run(
        _ input: Nothing, _ communicator: Communicator, _ context: TaskContext
    ) async throws -> Int {
        try communicator.barrier()
        return communicator.size
    }
}
