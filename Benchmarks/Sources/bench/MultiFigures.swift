import Foundation
import MultiEngine

/// What commands to engines cost, by `MultiEngineClient` over ipc, with a Python kernel in each engine.
struct MultiFigures {
    private static let megabyte = 1 << 20

    private let rounds: Int
    private let binary: String

    init(_ arguments: [String]) throws {
        guard arguments.count == 2, let rounds = Int(arguments[0]), rounds > 0 else {
            throw BenchError("usage: bench multi ROUNDS TASKS")
        }
        self.rounds = rounds
        binary = arguments[1]
    }

    func run() async throws {
        let farm = try Farm(binary, engines: 64, slots: 1, transport: .ipc)
        defer { farm.end() }
        let mec = try await MultiEngineClient.connect(
            capability: "\(farm.home)/default/security/multiengine-client.json")
        try await mec.waitForEngines(64)
        // So that all kernels run.
        try await mec.execute("x = 0")
        for count in [1, 16, 64] {
            let some = mec.on(.slice(0..<count))
            let time = try await median(of: 40) { try await some.execute("x = 1") }
            print(String(format: "execute(\"x = 1\") on %d engines: %.2f ms", count, time * 1e3))
        }
        let bytes = [UInt8](repeating: 7, count: Self.megabyte)
        let push = try await median(of: 10) { try await mec.on(.slice(0..<16)).push(["a": bytes]) }
        print(String(format: "push of 1 MiB to 16 engines: %.1f ms, %.0f MB/s", push * 1e3, 16.8 / push))
        let numbers = (0..<8 * Self.megabyte).map(Double.init)
        let few = mec.on(.slice(0..<4))
        let both = try await median(of: rounds) {
            try await few.scatter(numbers, as: "b")
            guard try await few.gather("b", of: Double.self) == numbers else {
                throw BenchError("what was gathered is not what was scattered")
            }
        }
        print(
            String(
                format: "scatter and gather of 64 MiB of doubles over 4 engines: %.2f s, %.0f MB/s there and back",
                both, 134.2 / both))
        await mec.close()
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
