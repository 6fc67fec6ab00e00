import Foundation

/// Our figures beside the ceilings', in rounds that take turns; medians, and our share of the ceiling.
struct Comparison {
    private struct Row {
        var name: String
        var unit: String
        /// Ours over the ceiling at least (a rate) or at most (a time).
        var floor: Double
        var isRate: Bool
        var ours: [Double] = []
        var ceiling: [Double] = []
    }

    private static let tasks = 200_000
    private static let calls = 2_000
    private static let programs = 8_000
    private static let oneTaskSeconds = 0.3

    private let rounds: Int
    private let binary: String
    private let zmq: String
    private let spawn: String
    private let load: String

    init(_ arguments: [String]) throws {
        guard arguments.count == 3, let rounds = Int(arguments[0]), rounds > 0 else {
            throw BenchError("usage: bench compare ROUNDS TASKS CEILINGS")
        }
        self.rounds = rounds
        binary = arguments[1]
        zmq = arguments[2] + "/ceiling-zmq"
        spawn = arguments[2] + "/ceiling-spawn"
        load = CommandLine.arguments[0]
    }

    func run() throws {
        var rows = [
            Row(name: "no-op functions, ipc", unit: "tasks/s", floor: 0.3, isRate: true),
            Row(name: "no-op functions, tcp + CURVE", unit: "tasks/s", floor: 0.3, isRate: true),
            Row(name: "one by one, ipc, median", unit: "us", floor: 3, isRate: false),
            Row(name: "one by one, ipc, p99", unit: "us", floor: 3, isRate: false),
            Row(name: "one by one, tcp + CURVE, median", unit: "us", floor: 3, isRate: false),
            Row(name: "/bin/true, two in flight", unit: "tasks/s", floor: 0.7, isRate: true),
            Row(name: "no-op, tcp + CURVE, synced to disk", unit: "tasks/s", floor: 0.3, isRate: true),
        ]
        var single: [Double] = []
        var controller: [Double] = []
        for round in 1...rounds {
            FileHandle.standardError.write(Data("round \(round) of \(rounds)\n".utf8))
            let ipc = try ceiling(curve: false)
            let curve = try ceiling(curve: true)
            rows[0].ceiling.append(ipc.rate)
            rows[1].ceiling.append(curve.rate)
            rows[2].ceiling.append(ipc.median)
            rows[3].ceiling.append(ipc.p99)
            rows[4].ceiling.append(curve.median)
            rows[5].ceiling.append(
                try Child.number(
                    spawn, ["vfork", "capture", "\(Self.programs)", "2", "/bin/true"], "per_second"))
            for (transport, first) in [(Farm.Transport.ipc, 0), (.curve, 1)] {
                let farm = try Farm(binary, engines: 2, slots: 1, transport: transport)
                defer { farm.end() }
                let before = farm.controllerSeconds()
                rows[first].ours.append(
                    try Child.number(load, ["load", farm.capability, "flood", "\(Self.tasks)"], "per_second"))
                if transport == .ipc {
                    controller.append((farm.controllerSeconds() - before) / Double(Self.tasks + 1_000) * 1e6)
                }
                let text = try Child(load, ["load", farm.capability, "latency", "\(Self.calls)"]).finish()
                guard let median = Child.number(in: text, "p50_us"),
                    let p99 = Child.number(in: text, "p99_us")
                else { throw BenchError("no latency in \(text)") }
                rows[first == 0 ? 2 : 4].ours.append(median)
                if first == 0 { rows[3].ours.append(p99) }
            }
            rows[6].ceiling.append(curve.rate)
            let durable = try Farm(binary, engines: 2, slots: 1, transport: .curve, durability: "full")
            rows[6].ours.append(
                try Child.number(load, ["load", durable.capability, "flood", "\(Self.tasks)"], "per_second"))
            durable.end()
            rows[5].ours.append(try programs())
            single.append(try oneTask())
        }
        let areMet = show(rows)
        let one = single.map { String(format: "%.0f", $0 * 1e3) }.joined(separator: " ")
        let isQuick = median(single) <= Self.oneTaskSeconds
        print(
            "tasks run of a one-task file: median \(Int(median(single) * 1e3)) ms (floor 300 ms: "
                + "\(isQuick ? "met" : "NOT MET"); rounds: \(one))")
        print(String(format: "controller CPU a task (flood, ipc): median %.2f us", median(controller)))
        if !areMet || !isQuick { throw BenchError.floorMissed }
    }

    private func ceiling(curve: Bool) throws -> (rate: Double, median: Double, p99: Double) {
        let farm = try CeilingFarm(zmq, engines: 2, bodyBytes: 64, curve: curve)
        let flood = try farm.measure(["flood", "\(Self.tasks)", "1", "64"])
        let text = try farm.measure(["latency", "\(Self.calls)", "1", "64"])
        try farm.end()
        guard let rate = Child.number(in: flood, "per_second") else {
            throw BenchError("no rate in \(flood)")
        }
        guard let median = Child.number(in: text, "p50_us"), let p99 = Child.number(in: text, "p99_us") else {
            throw BenchError("no latency in \(text)")
        }
        return (rate, median, p99)
    }

    /// Rate of `/bin/true` tasks, output captured, two at once: from before `tasks submit` until `tasks wait`
    /// has ended.
    private func programs() throws -> Double {
        let farm = try Farm(binary, engines: 1, slots: 2, transport: .ipc)
        defer { farm.end() }
        let file = farm.home + "/true.yaml"
        try """
        tasks:
          true: {run: [/bin/true], sweep: {range: {n: {from: 1, to: \(Self.programs), step: 1}}}}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let start = seconds()
        _ = try Child(binary, ["submit", file], environment: farm.environment).finish()
        _ = try Child(binary, ["wait", "1"], environment: farm.environment, quiet: true).finish()
        return Double(Self.programs) / (seconds() - start)
    }

    /// Seconds of a whole `tasks run` of a file with one task.
    private func oneTask() throws -> Double {
        let file = NSTemporaryDirectory() + "one-\(getpid()).yaml"
        try "tasks: {one: {run: 'true'}}\n".write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        let start = seconds()
        _ = try Child(binary, ["run", file]).finish()
        return seconds() - start
    }

    /// Returns whether all floors are met.
    private func show(_ rows: [Row]) -> Bool {
        print("what".padded(36) + "ours".padded(12) + "ceiling".padded(12) + "ratio".padded(8) + "floor")
        var areMet = true
        for row in rows {
            let ours = median(row.ours)
            let ceiling = median(row.ceiling)
            let ratio = ceiling > 0 ? ours / ceiling : 0
            let isMet = row.isRate ? ratio >= row.floor : ratio <= row.floor
            areMet = areMet && isMet
            print(
                row.name.padded(36) + String(format: "%.0f", ours).padded(12)
                    + String(format: "%.0f", ceiling).padded(12)
                    + String(format: "%.2f", ratio).padded(8)
                    + "\(row.isRate ? ">=" : "<=") \(row.floor) \(isMet ? "met" : "NOT MET")  (\(row.unit))")
        }
        return areMet
    }
}
