import Foundation

/// What a sweep of a million points costs the `tasks` command: before it runs and once it has.
struct SweepFigures {
    private static let side = 1_000
    private static let points = side * side

    private struct Row {
        var name: String
        var arguments: [String]
        /// Of plan and submit seconds that pass, which somebody waits for; of the others, which also write
        /// much, those of the CPU.
        var isUnder: (seconds: Double, megabytes: Double)
        var countsCPU = true
        /// Lines of standard output, if they are told beforehand.
        var lines: Int?
        var runs: [Measured] = []
    }

    private let rounds: Int
    private let binary: String

    init(_ arguments: [String]) throws {
        guard arguments.count == 2, let rounds = Int(arguments[0]), rounds > 0 else {
            throw BenchError("usage: bench sweep ROUNDS TASKS")
        }
        self.rounds = rounds
        binary = arguments[1]
    }

    func run() throws {
        let farm = try Farm(binary, engines: 2, slots: 2, transport: .ipc, durability: "full")
        defer { farm.end() }
        let file = farm.home + "/grid.yaml"
        // The stock engine's own function: no process a task, and a value each.
        try """
        name: grid
        tasks:
          point:
            sweep: {grid: {a: {from: 1, to: \(Self.side)}, b: {from: 1, to: \(Self.side)}}}
            call: echo
            with: [1, 2, 3]
        """.write(toFile: file, atomically: true, encoding: .utf8)
        for _ in 0..<2 {
            _ = try Child(binary, ["submit", file], environment: farm.environment).finish()
            _ = try Child(binary, ["wait", "grid"], environment: farm.environment, quiet: true).finish()
        }
        // Handed in again while nothing of it runs.
        _ = try Child(binary, ["pause", "--all"], environment: farm.environment, quiet: true).finish()
        let report = farm.home + "/report.html"
        var rows = [
            Row(name: "plan", arguments: ["plan", file], isUnder: (1, 100), countsCPU: false, lines: 3),
            Row(
                name: "submit", arguments: ["submit", file], isUnder: (0.5, 100), countsCPU: false, lines: 1),
            Row(
                name: "results, CSV", arguments: ["results", "2", "-o", "csv"], isUnder: (8, 128),
                lines: Self.points + 1),
            Row(
                name: "results, JSON Lines", arguments: ["results", "2", "-o", "jsonl"], isUnder: (12, 128),
                lines: Self.points),
            Row(
                name: "results, sorted",
                arguments: ["results", "2", "-o", "csv", "--sort=-b,a", "--columns", "a,b,value"],
                isUnder: (10, 256), lines: Self.points + 1),
            Row(
                name: "results, filtered",
                arguments: ["results", "2", "-o", "csv", "--filter", "a > 500 and b in [1, 2]"],
                isUnder: (6, 128), lines: 1_001),
            Row(
                name: "sweep-report", arguments: ["sweep-report", "2", "-o", report], isUnder: (8, 400),
                lines: 1),
            Row(name: "compare", arguments: ["compare", "1", "2"], isUnder: (20, 512), lines: 0),
        ]
        // One of each in turn, so that what else the machine does falls on all of them.
        for _ in 0..<rounds {
            for index in rows.indices {
                let run = try Measured(binary, rows[index].arguments, environment: farm.environment)
                if let wanted = rows[index].lines, wanted != run.lineCount {
                    throw BenchError("\(rows[index].name): \(run.lineCount) lines, not \(wanted)")
                }
                rows[index].runs.append(run)
            }
        }
        try show(rows)
    }

    private func show(_ rows: [Row]) throws {
        print("a sweep of a million points: best of \(rounds) rounds, most memory of them")
        print("what".padded(24) + "seconds".padded(10) + "CPU".padded(10) + "MB".padded(8) + "floor")
        var areMet = true
        for row in rows {
            let best = row.runs.map(\.seconds).min() ?? 0
            let cpu = row.runs.map(\.cpuSeconds).min() ?? 0
            let most = row.runs.map(\.peakMegabytes).max() ?? 0
            let isMet = (row.countsCPU ? cpu : best) <= row.isUnder.seconds && most <= row.isUnder.megabytes
            areMet = areMet && isMet
            print(
                row.name.padded(24) + String(format: "%.2f", best).padded(10)
                    + String(format: "%.2f", cpu).padded(10) + String(format: "%.0f", most).padded(8)
                    + String(
                        format: "<= %g %@, %g MB: ", row.isUnder.seconds, row.countsCPU ? "s CPU" : "s",
                        row.isUnder.megabytes)
                    + (isMet ? "met" : "NOT MET"))
        }
        if !areMet { throw BenchError.floorMissed }
    }
}
