import Foundation
import MultiEngine

/// What commands to engines cost, by `MultiEngineClient` over ipc, with a Python kernel in each engine.
struct MultiFigures {
    private static let megabyte = 1 << 20
    /// Of what the sockets alone carry, there and back.
    private static let floor = 0.5
    /// Python tasks a second, on two engines.
    private static let pythonFloor = 5_000.0

    private let rounds: Int
    private let binary: String
    private let ceiling: String

    init(_ arguments: [String]) throws {
        guard arguments.count == 3, let rounds = Int(arguments[0]), rounds > 0 else {
            throw BenchError("usage: bench multi ROUNDS TASKS CEILINGS")
        }
        self.rounds = rounds
        binary = arguments[1]
        ceiling = arguments[2] + "/ceiling-zmq"
    }

    func run() async throws {
        try await with(engines: 64) { mec in
            let ids = try await median(of: 40) { _ = try await mec.ids }
            print(String(format: "the numbers of 64 engines: %.2f ms", ids * 1e3))
            for count in [1, 16, 64] {
                let some = mec.on(.slice(0..<count))
                let time = try await median(of: 40) { try await some.execute("x = 1") }
                print(String(format: "execute(\"x = 1\") on %d engines: %.2f ms", count, time * 1e3))
            }
            let bytes = [UInt8](repeating: 7, count: Self.megabyte)
            let push = try await median(of: 10) { try await mec.on(.slice(0..<16)).push(["a": bytes]) }
            print(String(format: "push of 1 MiB to 16 engines: %.1f ms, %.0f MB/s", push * 1e3, 16.8 / push))
        }
        var isMet = try await with(engines: 4) { try await parts($0) }
        isMet = try await with(engines: 2) { try await pythonTasks($0.farm) } && isMet
        if !isMet { throw BenchError.floorMissed }
    }

    /// Tasks that are one expression each, of one job, from their submission to their values here.
    private func pythonTasks(_ farm: TaskClient) async throws -> Bool {
        let count = 20_000
        let task = PythonTask(expression: "1 + 1")
        let sets = [[String: any Encodable & Sendable]](repeating: [:], count: count)
        var rates: [Double] = []
        for round in 0...rounds {
            let start = seconds()
            let sums = try await farm.submit(task, pushing: sets, returning: Int.self).values
            let time = seconds() - start
            guard sums == [Int](repeating: 2, count: count) else { throw BenchError("1 + 1 is not 2") }
            if round > 0 { rates.append(Double(count) / time) }
        }
        let rate = bench.median(rates)
        let isMet = rate >= Self.pythonFloor
        print(
            String(
                format: "Python tasks `1 + 1` on two engines: %.0f/s >= %.0f %@", rate, Self.pythonFloor,
                isMet ? "met" : "NOT MET"))
        return isMet
    }

    /// 64 MiB of doubles there and back, in rounds that take turns with the ceiling's.
    private func parts(_ mec: MultiEngineClient) async throws -> Bool {
        let numbers = (0..<8 * Self.megabyte).map(Double.init)
        var (ours, theirs): ([Double], [Double]) = ([], [])
        // The first round has memory to be found, on both sides.
        for round in 0...rounds {
            let sockets = try CeilingFarm(ceiling, engines: 4, bodyBytes: 64 * Self.megabyte)
            let text = try sockets.measure(["latency", "3", "1", "\(64 * Self.megabyte)"])
            try sockets.end()
            guard let rate = Child.number(in: text, "megabytes_per_second") else {
                throw BenchError("no rate in \(text)")
            }
            let start = seconds()
            try await mec.scatter(numbers, as: "b")
            let gathered = try await mec.gather("b", of: Double.self)
            let time = seconds() - start
            guard gathered == numbers else {
                throw BenchError("what was gathered is not what was scattered")
            }
            guard round > 0 else { continue }
            theirs.append(rate)
            ours.append(134.2 / time)
        }
        let ratio = bench.median(ours) / bench.median(theirs)
        let isMet = ratio >= Self.floor
        print(
            String(
                format: "scatter and gather of 64 MiB of doubles over 4 engines: %.0f MB/s there and back; "
                    + "ceiling-zmq %.0f MB/s; ratio %.2f >= %.1f %@", bench.median(ours),
                bench.median(theirs), ratio, Self.floor, isMet ? "met" : "NOT MET"))
        return isMet
    }

    /// Runs `body` with a client of a farm of so many engines, whose kernels run.
    private func with<Result>(
        engines: Int, _ body: (MultiEngineClient) async throws -> Result
    ) async throws -> Result {
        let farm = try Farm(binary, engines: engines, slots: 1, transport: .ipc)
        defer { farm.end() }
        let mec = try await MultiEngineClient.connect(
            capability: "\(farm.home)/default/security/multiengine-client.json")
        try await mec.waitForEngines(engines)
        try await mec.execute("x = 0")
        let result = try await body(mec)
        await mec.close()
        return result
    }

    /// Seconds.
    private func median(of count: Int, _ body: () async throws -> Void) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<count {
            let start = seconds()
            try await body()
            times.append(seconds() - start)
        }
        return bench.median(times)
    }
}
