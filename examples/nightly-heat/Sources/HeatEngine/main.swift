import FarmEngine
import HeatSolver

await Engine.main(functions: [SolveHeat.self])
