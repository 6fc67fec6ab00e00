import Foundation

/// What a warm pool of MPI ranks is good for: collective tasks that do nothing but meet, beside one `mpiexec`
/// for each; and an all-reduce through `Communicator`, beside the same in C.
struct MPIFigures {
    private static let tasks = 2_000
    private static let processes = 5
    /// A mebibyte.
    private static let doubles = 131_072
    private static let reductions = 400

    private static let speedupFloor = 20.0
    private static let reduceFloor = 0.95

    private let rounds: Int
    private let binary: String
    private let engine: String
    private let ceiling: String

    init(_ arguments: [String]) throws {
        guard arguments.count == 4, let rounds = Int(arguments[0]), rounds > 0 else {
            throw BenchError("usage: bench mpi ROUNDS TASKS ENGINE CEILING")
        }
        self.rounds = rounds
        (binary, engine, ceiling) = (arguments[1], arguments[2], arguments[3])
    }

    func run() throws {
        var isMet = true
        for ranks in [2, 4] { isMet = try measure(ranks) && isMet }
        guard isMet else { throw BenchError.floorMissed }
    }

    /// As root, if that is who measures, and with more ranks than processors.
    private static let environment = [
        "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
    ]

    private func measure(_ ranks: Int) throws -> Bool {
        let farm = try Farm(binary, engines: 0, slots: 1, transport: .ipc)
        defer { farm.end() }
        let pool = try Child(
            "/usr/bin/env", ["mpiexec", "-n", "\(ranks)", engine],
            environment: farm.environment.merging(Self.environment) { $1 }, quiet: true)
        defer { pool.end() }
        try wait(for: ranks, farm)
        let meet = try batch(farm, "meet", "call: barrier", count: Self.tasks)
        let reduce = try batch(
            farm, "reduce",
            "call: all-reduce-time, with: {count: \(Self.doubles), times: \(Self.reductions)}", count: 1)
        _ = try Child(binary, ["submit", "--wait", meet], environment: farm.environment, quiet: true).finish()
        var warm: [Double] = [], cold: [Double] = [], swift: [Double] = [], c: [Double] = []
        for round in 0..<rounds {
            let start = seconds()
            _ = try Child(binary, ["submit", "--wait", meet], environment: farm.environment, quiet: true)
                .finish()
            warm.append(Double(Self.tasks) / (seconds() - start))
            let begun = seconds()
            for _ in 0..<Self.processes { _ = try inC(ranks, ["barrier"]) }
            cold.append(Double(Self.processes) / (seconds() - begun))
            // In turn first and second, since the machine changes while it is measured.
            for isSwift in round % 2 == 0 ? [true, false] : [false, true] {
                if isSwift {
                    swift.append(try reduction(farm, reduce))
                } else {
                    let text = try inC(ranks, ["allreduce", "\(Self.doubles)", "\(Self.reductions)"])
                    c.append(Child.number(in: text, "microseconds") ?? 0)
                }
            }
        }
        let speedup = median(zip(warm, cold).map { $0 / $1 })
        let ratio = median(zip(c, swift).map { $0 / $1 })
        print(
            String(
                format:
                    "%d ranks: %.0f collective tasks/s on a warm pool, %.1f with one mpiexec each: %.0f × (at least %.0f)",
                ranks, median(warm), median(cold), speedup, Self.speedupFloor))
        print(
            String(
                format:
                    "%d ranks: all-reduce of 1 MiB: %.0f µs through Communicator, %.0f in C: %.2f (at least %.2f)",
                ranks, median(swift), median(c), ratio, Self.reduceFloor))
        return speedup >= Self.speedupFloor && ratio >= Self.reduceFloor
    }

    private func inC(_ ranks: Int, _ arguments: [String]) throws -> String {
        try Child(
            "/usr/bin/env", ["mpiexec", "-n", "\(ranks)", ceiling] + arguments, environment: Self.environment
        ).finish()
    }

    /// Microseconds.
    private func reduction(_ farm: Farm, _ file: String) throws -> Double {
        _ = try Child(binary, ["submit", "--wait", file], environment: farm.environment, quiet: true).finish()
        return try Child.number(
            binary, ["results", "last", "-o", "json"], "value", environment: farm.environment)
    }

    private func batch(_ farm: Farm, _ name: String, _ body: String, count: Int) throws -> String {
        let path = "\(farm.home)/\(name).yaml"
        let sweep = count > 1 ? ", sweep: {grid: {i: {range: {from: 1, to: \(count)}}}}" : ""
        let text = "tasks: {\(name): {\(body), collective: all\(sweep)}}\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func wait(for ranks: Int, _ farm: Farm) throws {
        let limit = seconds() + 60
        while true {
            let text = try Child(binary, ["engine", "list", "-o", "jsonl"], environment: farm.environment)
                .finish()
            if text.split(separator: "\n").count >= ranks { return }
            guard seconds() < limit else { throw BenchError("the pool did not come up within 60 s") }
            usleep(20_000)
        }
    }
}
