public import ArgumentParser
import Foundation
public import HeatSolver

/// The solver as a command.
@main struct Heat: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Solve the heat equation on a square, and see how the error falls with the cells.",
        subcommands: [Solve.self, Order.self])

    /// Into `$TASKS_RESULT_FILE`, or on standard output.
    static func give(_ result: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = try encoder.encode(result)
        if let path = ProcessInfo.processInfo.environment["TASKS_RESULT_FILE"] {
            try bytes.write(to: URL(fileURLWithPath: path))
        } else {
            print(String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// One point of the sweep, as the file that `order` reads has it.
struct Point: Codable {
    var problem: HeatProblem
    var solution: HeatSolution
}

extension HeatProblem.Scheme: ExpressibleByArgument {}

struct Solve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Solve it, and compare with the exact solution.")

    @Option(help: "Cells along each side.") var n: Int
    @Option(help: "How fast heat spreads.") var diffusivity = 1.0
    @Option(help: "explicit or adi.") var scheme = HeatProblem.Scheme.explicit
    @Option(help: "Also keep the point in a file of this directory.") var keep: String?

    func run() throws {
        let problem = HeatProblem(n: n, diffusivity: diffusivity, scheme: scheme)
        let solution = try SolveHeat.solve(problem)
        if let keep {
            try FileManager.default.createDirectory(atPath: keep, withIntermediateDirectories: true)
            let file = URL(fileURLWithPath: keep).appendingPathComponent("\(scheme)-\(diffusivity)-\(n).json")
            try JSONEncoder().encode(Point(problem: problem, solution: solution)).write(to: file)
        }
        try Heat.give(solution)
    }
}

struct Order: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Of the points kept in a directory: the order in which the error falls, by scheme.")

    @Argument(help: "Where `solve --keep` has kept them.") var directory: String

    func run() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: directory).filter {
            $0.hasSuffix(".json")
        }
        // In one order, so that the same points give the same number to the last digit.
        let points = try files.sorted().map { file in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory).appendingPathComponent(file))
            return try JSONDecoder().decode(Point.self, from: bytes)
        }
        var orders: [String: Double] = [:]
        for (scheme, points) in Dictionary(grouping: points, by: \.problem.scheme) {
            let bySpeed = Dictionary(grouping: points, by: \.problem.diffusivity).sorted { $0.key < $1.key }
                .compactMap { Convergence.order($0.value.map { ($0.problem.n, $0.solution.error) }) }
            guard !bySpeed.isEmpty else { continue }
            orders["order_\(scheme)"] = bySpeed.reduce(0, +) / Double(bySpeed.count)
        }
        guard !orders.isEmpty else {
            throw ValidationError("\(directory) has no two points of which one has cells half as large")
        }
        try Heat.give(orders)
    }
}
