import Foundation
import TaskFarm

/// What keeping a ledger costs, and what it is for: how soon a controller is back.
struct LedgerFigures {
    private static let calls = 500
    private static let flood = 200_000
    private static let array = 1_000_000
    private static let singles = 100_000

    private let rounds: Int
    private let binary: String
    private let load: String

    init(_ arguments: [String]) throws {
        guard arguments.count == 2, let rounds = Int(arguments[0]), rounds > 0 else {
            throw BenchError("usage: bench ledger ROUNDS TASKS")
        }
        self.rounds = rounds
        binary = arguments[1]
        load = CommandLine.arguments[0]
    }

    func run() async throws {
        try lone()
        try bytes()
        try await cancelAndRestart()
        try await restartSingles()
    }

    /// One task after the other, with and without a disk, in rounds that take turns.
    private func lone() throws {
        var (without, with, syncs): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<rounds {
            syncs.append(try sync())
            for durability in ["none", "full"] {
                let farm = try Farm(
                    binary, engines: 1, slots: 1, transport: .ipc, durability: durability)
                defer { farm.end() }
                let median = try Child.number(
                    load, ["load", farm.capability, "latency", "\(Self.calls)"], "p50_us")
                if durability == "none" { without.append(median) } else { with.append(median) }
            }
        }
        let (none, full, one) = (median(without), median(with), median(syncs))
        print(
            String(
                format:
                    "one lone task: %.0f us without a ledger, %.0f us synced; fdatasync of 4 KiB: %.0f us;"
                    + " difference: %.1f syncs", none, full, one, (full - none) / one))
    }

    /// Microseconds of an append with its sync, where the farms' ledgers are.
    private func sync() throws -> Double {
        let path = NSTemporaryDirectory() + "sync-\(getpid())"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw BenchError("cannot write \(path)") }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 7, count: 4096)
        var times: [Double] = []
        for _ in 0..<200 {
            let start = seconds()
            _ = write(file, page, page.count)
            fdatasync(file)
            times.append(seconds() - start)
        }
        return median(times) * 1e6
    }

    private func bytes() throws {
        let farm = try Farm(binary, engines: 2, slots: 1, transport: .ipc, durability: "full")
        defer { farm.end() }
        let rate = try Child.number(load, ["load", farm.capability, "flood", "\(Self.flood)"], "per_second")
        farm.stopAll()
        print(
            String(
                format: "200,000 no-op functions with 64 bytes there and back, ipc, synced: %.0f/s,"
                    + " ledger bytes a finished task: %.0f", rate,
                Double(farm.ledgerBytes()) / Double(Self.flood + 1_000)))
    }

    /// An array of a million, half of it ended one by one in random order, then the rest cancelled at once.
    private func cancelAndRestart() async throws {
        let farm = try Farm(binary, engines: 0, slots: 1, transport: .ipc, durability: "full")
        defer { farm.end() }
        let file = farm.home + "/array.yaml"
        try """
        tasks:
          a: {run: [/bin/true], sweep: {range: {n: {from: 1, to: \(Self.array), step: 1}}}}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        var start = seconds()
        _ = try Child(binary, ["submit", file], environment: farm.environment).finish()
        print(
            String(format: "submitting an array of a million: %.3f s (the whole command)", seconds() - start))
        let client = try await TaskClient.connect(capability: farm.capability)
        let job = JobID(1)
        var order = Array(0..<Self.array)
        order.shuffle()
        let half = order.prefix(Self.array / 2)
        for part in stride(from: 0, to: half.count, by: 1_000) {
            _ = try await client.cancel(
                half[part..<part + 1_000].map { TaskSelection(job: job, first: $0, count: 1) })
        }
        await client.close()
        print(try await restart(farm, "a million, half ended one by one in random order", job))
        let again = try await TaskClient.connect(capability: farm.capability, patience: .seconds(10))
        start = seconds()
        _ = try await again.cancel(job)
        print(String(format: "cancelling what is left of it, durably: %.3f s", seconds() - start))
        _ = try Child(binary, ["submit", file], environment: farm.environment).finish()
        start = seconds()
        _ = try await again.cancel(JobID(2))
        print(String(format: "cancelling a fresh million, durably: %.3f s", seconds() - start))
        await again.close()
    }

    private func restartSingles() async throws {
        let farm = try Farm(binary, engines: 0, slots: 1, transport: .ipc, durability: "full")
        defer { farm.end() }
        let client = try await TaskClient.connect(capability: farm.capability)
        let inputs = (0..<Self.singles).map { [UInt8](repeating: UInt8($0 & 0xFF), count: 64) }
        let job = try await client.submit(Echo.self, inputs: inputs).job
        await client.close()
        print(try await restart(farm, "100,000 single tasks of one job", job.id))
        let more = try await TaskClient.connect(capability: farm.capability, patience: .seconds(10))
        for _ in 0..<10_000 { _ = try await more.submit(Echo.self, [1, 2, 3]) }
        await more.close()
        print(try await restart(farm, "the same and 10,000 jobs of one task", job.id))
    }

    /// Kills the controller and says when the next one has answered.
    private func restart(_ farm: Farm, _ what: String, _ job: JobID) async throws -> String {
        farm.killController()
        let start = seconds()
        try farm.startController()
        let client = try await TaskClient.connect(capability: farm.capability, patience: .seconds(60))
        let counts = try await client.job(job).counts
        let time = seconds() - start
        await client.close()
        return String(
            format: "restart with %@: %.2f s until its counts were answered (%d unfinished)", what, time,
            counts.unfinished)
    }
}
