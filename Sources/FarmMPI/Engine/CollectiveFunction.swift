public import FarmEngine

/// A task written in Swift that several ranks run together.
///
/// ```swift
/// struct Pi: CollectiveFunction {
///     static let name = "pi"
///     func run(_ steps: Int, _ ranks: Communicator, _ context: TaskContext) async throws -> Double {
///         let own = stride(from: ranks.rank, to: steps, by: ranks.size).reduce(0.0) { … }
///         return try ranks.allReduce(own, .sum)
///     }
/// }
/// ```
/// It is registered like any other (``MPIEngine/main(functions:)``) and called with `collective: 4`, or
/// `all`. Every rank gets the same input and a communicator over exactly the ranks of the task. The value that
/// rank 0 returns is the task's; the others' are not kept. An error on any rank ends the attempt on all.
///
/// Called by an ordinary task, it runs on one rank.
public protocol CollectiveFunction: TaskFunction {
    // Said again, so that they follow from `run`.
    associatedtype Input
    associatedtype Output

    /// Does the work, on one of the ranks.
    ///
    /// - Parameters:
    ///   - input: the same on all ranks.
    ///   - communicator: the ranks. It is good until the function returns, and for its own thread only.
    ///   - context: which attempt this is, and how to log.
    func run(
        _ input: Input, _ communicator: Communicator, _ context: TaskContext
    ) async throws -> Output
}

extension CollectiveFunction {
    /// Meets the other ranks, runs the function with them, and parts.
    public func run(_ input: Input, _ context: TaskContext) async throws -> Output {
        guard let world = MPIWorld.current else {
            throw MPIError(
                .noWorld,
                "`\(Self.name)` needs MPI, and this engine was not started by `mpiexec` as one of its own: start "
                    + "an executable that calls MPIEngine.main")
        }
        return try await world.together(context) { communicator in
            try await run(input, communicator, context)
        }
    }
}
