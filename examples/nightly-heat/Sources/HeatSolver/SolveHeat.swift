import Glibc
public import TaskFarm

/// The solver as a function that engines offer.
public struct SolveHeat: TaskFunction {
    /// As batch files name it: `call: solve-heat`.
    public static let name = "solve-heat"

    /// One is made for each attempt.
    public init() {}

    /// Solves it; about 2 ns a cell and step.
    public func run(_ problem: HeatProblem, _ context: TaskContext) async throws -> HeatSolution {
        try Self.solve(problem) { try context.checkCancellation() }
    }

    /// The same without a farm. `check` is called now and then, and ends it by throwing.
    public static func solve(
        _ problem: HeatProblem, check: () throws -> Void = {}
    ) throws -> HeatSolution {
        try problem.check()
        let cell = 1 / Double(problem.n)
        // The explicit scheme must not go beyond a quarter; the other is as exact in time as it is in space.
        let longest = problem.scheme == .explicit ? 0.2 * cell * cell : cell / 10
        let steps = Int((problem.end * problem.diffusivity / longest).rounded(.up))
        let ratio = problem.end * problem.diffusivity / Double(steps) / (cell * cell)
        var grid = HeatGrid(problem.n)
        for step in 0..<steps {
            if step % 16 == 0 { try check() }
            switch problem.scheme {
            case .explicit: grid.stepForward(ratio)
            case .adi: grid.stepAlternating(ratio)
            }
        }
        let factor = exp(-2 * .pi * .pi * problem.diffusivity * problem.end)
        return HeatSolution(error: grid.error(factor), middle: grid.middle, steps: steps)
    }
}
